using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Project38.Testing;

/// <summary>What only Claude says in an answer.</summary>
public sealed record ClaudeReply : ModelReply
{
    /// <summary>Null: by <see cref="ModelReply.End"/>.</summary>
    public string? StopReason { get; init; }

    public long CacheWrite5m { get; init; }

    public long CacheWrite1h { get; init; }
}

/// <summary>Claude's messages API.</summary>
public sealed class ClaudeStandIn : ModelStandIn
{
    private ClaudeStandIn() { }

    protected override string Base => "";

    protected override string Path => "/v1/messages";

    public static Task<ClaudeStandIn> StartAsync() => StartedAsync(new ClaudeStandIn());

    protected override Task WholeAsync(HttpContext context, JsonNode body, ModelReply reply)
    {
        var message = Message(body, reply, reply.Output);
        message["stop_reason"] = StopReason(reply);
        message["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = reply.Text });
        return WriteAsync(context, message);
    }

    protected override async Task StreamAsync(HttpContext context, JsonNode body, ModelReply reply)
    {
        context.Response.ContentType = "text/event-stream";
        await EventAsync(context, "message_start", new() { ["message"] = Message(body, reply, output: 1) });
        await EventAsync(
            context,
            "content_block_start",
            new()
            {
                ["index"] = 0,
                ["content_block"] = new JsonObject { ["type"] = "text", ["text"] = "" },
            }
        );
        foreach (var piece in reply.Text.Chunk(200))
        {
            var delta = new JsonObject { ["type"] = "text_delta", ["text"] = new string(piece) };
            await EventAsync(context, "content_block_delta", new() { ["index"] = 0, ["delta"] = delta });
        }

        if (await StopsAsync(context, reply))
        {
            return;
        }

        await EventAsync(context, "content_block_stop", new() { ["index"] = 0 });
        await EventAsync(
            context,
            "message_delta",
            new()
            {
                ["delta"] = new JsonObject { ["stop_reason"] = StopReason(reply), ["stop_sequence"] = null },
                ["usage"] = new JsonObject { ["output_tokens"] = reply.Output },
            }
        );
        await EventAsync(context, "message_stop", []);
    }

    protected override JsonNode ErrorOf(ModelReply reply) =>
        new JsonObject { ["type"] = "error", ["error"] = Error(reply) };

    protected override Task FailAsync(HttpContext context, ModelReply reply) =>
        EventAsync(context, "error", new() { ["error"] = Error(reply) });

    private static string StopReason(ModelReply reply) =>
        (reply as ClaudeReply)?.StopReason
        ?? reply.End switch
        {
            ReplyEnd.Refused => "refusal",
            ReplyEnd.CutOff => "max_tokens",
            _ => "end_turn",
        };

    private static JsonObject Message(JsonNode body, ModelReply reply, long output)
    {
        var written = reply as ClaudeReply ?? new ClaudeReply();
        return new()
        {
            ["id"] = "msg_1",
            ["type"] = "message",
            ["role"] = "assistant",
            ["content"] = new JsonArray(),
            ["model"] = body["model"]!.GetValue<string>(),
            ["stop_reason"] = null,
            ["stop_sequence"] = null,
            ["usage"] = new JsonObject
            {
                ["input_tokens"] = reply.Input,
                ["output_tokens"] = output,
                ["cache_read_input_tokens"] = reply.CacheRead,
                ["cache_creation_input_tokens"] = written.CacheWrite5m + written.CacheWrite1h,
                ["cache_creation"] = new JsonObject
                {
                    ["ephemeral_5m_input_tokens"] = written.CacheWrite5m,
                    ["ephemeral_1h_input_tokens"] = written.CacheWrite1h,
                },
            },
        };
    }

    private static JsonObject Error(ModelReply reply) => new() { ["type"] = "api_error", ["message"] = reply.Error };

    private static Task EventAsync(HttpContext context, string type, JsonObject data)
    {
        data["type"] = type;
        return FlushAsync(context, $"event: {type}\ndata: {data.ToJsonString()}\n\n");
    }
}
