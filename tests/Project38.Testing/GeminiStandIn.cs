using System.Text.Json.Nodes;

namespace Project38.Testing;

/// <summary>Gemini's OpenAI-compatible API, with the ways in which it is not.</summary>
public sealed class GeminiStandIn : OpenAIStandIn
{
    private GeminiStandIn() { }

    protected override string Base => "/v1beta/openai";

    public static new Task<GeminiStandIn> StartAsync() => StartedAsync(new GeminiStandIn());

    // Its errors are Google's, in an array; how long to wait stands among the details.
    protected override JsonNode ErrorOf(ModelReply reply)
    {
        var error = new JsonObject
        {
            ["code"] = reply.Status,
            ["message"] = reply.Error,
            ["status"] = reply.Status == 429 ? "RESOURCE_EXHAUSTED" : "INVALID_ARGUMENT",
        };
        if (reply.RetryAfter is { } delay)
        {
            error["details"] = new JsonArray(
                new JsonObject { ["@type"] = "type.googleapis.com/google.rpc.Help" },
                new JsonObject { ["@type"] = "type.googleapis.com/google.rpc.RetryInfo", ["retryDelay"] = delay + "s" }
            );
        }

        return new JsonArray(new JsonObject { ["error"] = error });
    }

    protected override string? RetryAfterOf(ModelReply reply) => null;

    // Its thinking is in the total alone.
    protected override JsonObject Usage(ModelReply reply)
    {
        var usage = base.Usage(reply);
        usage["completion_tokens"] = reply.Output - reply.Thinking;
        usage.Remove("completion_tokens_details");
        return usage;
    }

    protected override string FinishReason(ModelReply reply) =>
        reply.End == ReplyEnd.Refused ? "content_filter" : base.FinishReason(reply);

    protected override JsonObject Said(ModelReply reply, string text) =>
        new() { ["content"] = reply.End == ReplyEnd.Refused ? "" : text };
}
