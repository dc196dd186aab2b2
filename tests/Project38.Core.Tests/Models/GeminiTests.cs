using System.Text.Json.Nodes;
using Project38.Core.Models;
using Project38.Testing;

namespace Project38.Core.Tests.Models;

public sealed class GeminiTests : ProviderContract
{
    protected override ModelProvider Provider => ModelProvider.Gemini;

    protected override string KeyVariable => "GEMINI_API_KEY";

    protected override ModelReply KeyRejection { get; } =
        new() { Status = 400, Error = "API key not valid. Please pass a valid API key." };

    protected override async Task<ModelStandIn> StartAsync() => await GeminiStandIn.StartAsync();

    protected override JsonNode Expected(JsonNode schema, bool stream) =>
        OpenAITests.Request(schema, stream, strict: null);
}
