using System.Text.Json.Nodes;
using Project38.Core.Models;
using Project38.Testing;

namespace Project38.Core.Tests.Models;

public sealed class OllamaTests : ProviderContract
{
    protected override ModelProvider Provider => ModelProvider.Ollama;

    protected override string? KeyVariable => null;

    protected override bool CountsCache => false;

    protected override bool Refuses => false;

    protected override async Task<ModelStandIn> StartAsync() => await OllamaStandIn.StartAsync();

    protected override JsonNode Expected(JsonNode schema, bool stream)
    {
        var request = JsonNode.Parse(
            """
            {
              "model": "test-model",
              "messages": [
                { "role": "system", "content": "the rules\n\nthe case" },
                { "role": "user", "content": "first" },
                { "role": "assistant", "content": "{}" },
                { "role": "user", "content": "again" }
              ],
              "options": { "num_ctx": 65536, "num_predict": 32000 }
            }
            """
        )!;
        request["stream"] = stream;
        request["format"] = schema;
        return request;
    }
}
