using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Project38.Testing;

/// <summary>Ollama's own chat API: a stream is one object of JSON after the other.</summary>
public sealed class OllamaStandIn : ModelStandIn
{
    private OllamaStandIn() { }

    protected override string Base => "";

    protected override string Path => "/api/chat";

    public static Task<OllamaStandIn> StartAsync() => StartedAsync(new OllamaStandIn());

    protected override Task WholeAsync(HttpContext context, JsonNode body, ModelReply reply) =>
        WriteAsync(context, Last(body, reply, reply.Text));

    protected override async Task StreamAsync(HttpContext context, JsonNode body, ModelReply reply)
    {
        context.Response.ContentType = "application/x-ndjson";
        foreach (var piece in reply.Text.Chunk(200))
        {
            await LineAsync(context, Part(body, new string(piece)));
        }

        if (!await StopsAsync(context, reply))
        {
            await LineAsync(context, Last(body, reply, ""));
        }
    }

    // Left out, it streams.
    protected override bool IsStreamed(JsonNode body) => body["stream"]?.GetValue<bool>() != false;

    protected override JsonNode ErrorOf(ModelReply reply) => new JsonObject { ["error"] = reply.Error };

    protected override Task FailAsync(HttpContext context, ModelReply reply) => LineAsync(context, ErrorOf(reply));

    private static JsonObject Last(JsonNode body, ModelReply reply, string text)
    {
        var last = Part(body, text);
        last["done"] = true;
        last["done_reason"] = reply.End == ReplyEnd.CutOff ? "length" : "stop";
        last["total_duration"] = 4_883_583_458;
        last["prompt_eval_count"] = reply.Input + reply.CacheRead;
        last["eval_count"] = reply.Output;
        return last;
    }

    private static JsonObject Part(JsonNode body, string text) =>
        new()
        {
            ["model"] = body["model"]!.GetValue<string>(),
            ["created_at"] = "2026-11-22T12:00:00.000000000Z",
            ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = text },
            ["done"] = false,
        };

    private static Task LineAsync(HttpContext context, JsonNode line) =>
        FlushAsync(context, line.ToJsonString() + "\n");
}
