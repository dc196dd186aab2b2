using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Project38.Testing;

/// <summary>OpenAI's chat completions API.</summary>
public class OpenAIStandIn : ModelStandIn
{
    protected OpenAIStandIn() { }

    protected override string Base => "/v1";

    protected override string Path => "/chat/completions";

    public static Task<OpenAIStandIn> StartAsync() => StartedAsync(new OpenAIStandIn());

    protected override Task WholeAsync(HttpContext context, JsonNode body, ModelReply reply)
    {
        var message = Said(reply, reply.Text);
        message["role"] = "assistant";
        return WriteAsync(
            context,
            Completion(
                body,
                "chat.completion",
                new JsonObject
                {
                    ["index"] = 0,
                    ["message"] = message,
                    ["finish_reason"] = FinishReason(reply),
                },
                Usage(reply)
            )
        );
    }

    protected override async Task StreamAsync(HttpContext context, JsonNode body, ModelReply reply)
    {
        context.Response.ContentType = "text/event-stream";
        await ChunkAsync(context, body, new() { ["role"] = "assistant", ["content"] = "" });
        foreach (var piece in reply.Text.Chunk(200))
        {
            await ChunkAsync(context, body, Said(reply, new string(piece)));
        }

        if (await StopsAsync(context, reply))
        {
            return;
        }

        await ChunkAsync(context, body, [], FinishReason(reply));
        if (body["stream_options"]?["include_usage"]?.GetValue<bool>() == true)
        {
            await EventAsync(context, Completion(body, "chat.completion.chunk", choice: null, Usage(reply)));
        }

        await FlushAsync(context, "data: [DONE]\n\n");
    }

    protected override JsonNode ErrorOf(ModelReply reply) =>
        new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["message"] = reply.Error,
                ["type"] = "invalid_request_error",
                ["param"] = null,
                ["code"] = null,
            },
        };

    protected override Task FailAsync(HttpContext context, ModelReply reply) => EventAsync(context, ErrorOf(reply));

    /// <summary>What the provider counts.</summary>
    protected virtual JsonObject Usage(ModelReply reply) =>
        new()
        {
            ["prompt_tokens"] = reply.Input + reply.CacheRead,
            ["completion_tokens"] = reply.Output,
            ["total_tokens"] = reply.Input + reply.CacheRead + reply.Output,
            ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = reply.CacheRead },
            ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = reply.Thinking },
        };

    protected virtual string FinishReason(ModelReply reply) => reply.End == ReplyEnd.CutOff ? "length" : "stop";

    /// <summary>A piece of text as it is said: a refusal has a place of its own.</summary>
    protected virtual JsonObject Said(ModelReply reply, string text) =>
        reply.End == ReplyEnd.Refused ? new() { ["content"] = null, ["refusal"] = text } : new() { ["content"] = text };

    private static Task ChunkAsync(HttpContext context, JsonNode body, JsonObject delta, string? finishReason = null) =>
        EventAsync(
            context,
            Completion(
                body,
                "chat.completion.chunk",
                new JsonObject
                {
                    ["index"] = 0,
                    ["delta"] = delta,
                    ["finish_reason"] = finishReason,
                },
                usage: null
            )
        );

    private static JsonObject Completion(JsonNode body, string kind, JsonObject? choice, JsonObject? usage) =>
        new()
        {
            ["id"] = "chatcmpl-1",
            ["object"] = kind,
            ["created"] = 1_763_000_000,
            ["model"] = body["model"]!.GetValue<string>(),
            ["choices"] = choice is null ? [] : new JsonArray(choice),
            ["usage"] = usage,
        };

    private static Task EventAsync(HttpContext context, JsonNode data) =>
        FlushAsync(context, $"data: {data.ToJsonString()}\n\n");
}
