using System.Text.Json.Nodes;
using Project38.Core.Models;
using Project38.Testing;

namespace Project38.Core.Tests.Models;

public sealed class ClaudeTests : ProviderContract
{
    protected override ModelProvider Provider => ModelProvider.Claude;

    protected override string KeyVariable => "ANTHROPIC_API_KEY";

    protected override async Task<ModelStandIn> StartAsync() => await ClaudeStandIn.StartAsync();

    protected override JsonNode Expected(JsonNode schema, bool stream)
    {
        var request = JsonNode.Parse(
            """
            {
              "model": "test-model",
              "max_tokens": 32000,
              "system": [
                { "type": "text", "text": "the rules", "cache_control": { "type": "ephemeral", "ttl": "5m" } },
                { "type": "text", "text": "the case" }
              ],
              "messages": [
                { "role": "user", "content": [{ "type": "text", "text": "first" }] },
                { "role": "assistant", "content": [{ "type": "text", "text": "{}" }] },
                { "role": "user", "content": [{ "type": "text", "text": "again" }] }
              ]
            }
            """
        )!;
        request["output_config"] = new JsonObject
        {
            ["format"] = new JsonObject { ["type"] = "json_schema", ["schema"] = schema },
        };
        if (stream)
        {
            request["stream"] = true;
        }

        return request;
    }
}
