using System.Text.Json.Nodes;
using Project38.Core.Models;
using Project38.Testing;

namespace Project38.Core.Tests.Models;

public sealed class OpenAITests : ProviderContract
{
    protected override ModelProvider Provider => ModelProvider.OpenAI;

    protected override string KeyVariable => "OPENAI_API_KEY";

    protected override async Task<ModelStandIn> StartAsync() => await OpenAIStandIn.StartAsync();

    protected override JsonNode Expected(JsonNode schema, bool stream) => Request(schema, stream, strict: true);

    /// <summary>A question to OpenAI, or to one that speaks its API.</summary>
    public static JsonNode Request(JsonNode schema, bool stream, bool? strict)
    {
        var request = JsonNode.Parse(
            """
            {
              "model": "test-model",
              "max_completion_tokens": 32000,
              "messages": [
                {
                  "role": "system",
                  "content": [{ "type": "text", "text": "the rules" }, { "type": "text", "text": "the case" }]
                },
                { "role": "user", "content": "first" },
                { "role": "assistant", "content": "{}" },
                { "role": "user", "content": "again" }
              ]
            }
            """
        )!;
        var format = new JsonObject { ["name"] = "agent", ["schema"] = schema };
        if (strict is { } how)
        {
            format["strict"] = how;
        }

        request["response_format"] = new JsonObject { ["type"] = "json_schema", ["json_schema"] = format };
        if (stream)
        {
            request["stream"] = true;
            request["stream_options"] = new JsonObject { ["include_usage"] = true };
        }

        return request;
    }
}
