using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Project38.Testing;

/// <summary>What the stand-in answers to one request.</summary>
public sealed record ClaudeReply
{
    /// <summary>The text of the answer.</summary>
    public string Text { get; init; } = "{}";

    public string StopReason { get; init; } = "end_turn";

    /// <summary>Tokens of the prompt that no cache had.</summary>
    public long Input { get; init; } = 1000;

    public long Output { get; init; } = 500;

    public long CacheWrite5m { get; init; }

    public long CacheWrite1h { get; init; }

    public long CacheRead { get; init; }

    /// <summary>Other than 200: an error of this kind.</summary>
    public int Status { get; init; } = 200;

    /// <summary>In seconds, for an error.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>What an error says.</summary>
    public string Error { get; init; } = "No.";

    /// <summary>Reset the connection in the middle of the answer. What was sent before may be lost too.</summary>
    public bool Breaks { get; init; }

    /// <summary>End a streamed answer in the middle, without a word.</summary>
    public bool EndsEarly { get; init; }

    /// <summary>Never answer.</summary>
    public bool Hangs { get; init; }

    /// <summary>Say an error in the middle of the stream.</summary>
    public bool FailsInStream { get; init; }

    /// <summary>Answer with this instead, whatever it is.</summary>
    public string? Raw { get; init; }
}

/// <summary>What the stand-in was asked.</summary>
/// <param name="Body">The request.</param>
/// <param name="Key">What stood behind <c>Bearer</c>.</param>
public sealed record ClaudeRequest(JsonNode Body, string? Key);

/// <summary>A server that speaks Claude's messages API over real HTTP, plain and streamed, and says what it is told to say.</summary>
public sealed class ClaudeStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ClaudeReply> _replies = new();
    private readonly ConcurrentQueue<ClaudeRequest> _requests = new();
    private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ClaudeStandIn(WebApplication app) => _app = app;

    /// <summary>Where it is.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>All it was asked so far.</summary>
    public IReadOnlyList<ClaudeRequest> Requests => [.. _requests];

    /// <summary>Completes when a request hangs.</summary>
    public Task Hanging => _hanging.Task;

    public static async Task<ClaudeStandIn> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var standIn = new ClaudeStandIn(app);
        app.Run(standIn.AnswerAsync);
        await app.StartAsync();
        return standIn;
    }

    /// <summary>Says what to answer next, one request after the other. With nothing left it answers 500.</summary>
    public void Reply(params ClaudeReply[] replies)
    {
        foreach (var reply in replies)
        {
            _replies.Enqueue(reply);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body))!;
        var key = context.Request.Headers.Authorization.ToString();
        _requests.Enqueue(
            new ClaudeRequest(body, key.StartsWith("Bearer ", StringComparison.Ordinal) ? key[7..] : null)
        );
        var reply = _replies.TryDequeue(out var next)
            ? next
            : new ClaudeReply { Status = 500, Error = "Nothing left." };
        if (reply.Hangs)
        {
            _hanging.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }

        if (reply.Status != 200)
        {
            context.Response.StatusCode = reply.Status;
            context.Response.Headers.RetryAfter = reply.RetryAfter;
            await WriteAsync(context, new JsonObject { ["type"] = "error", ["error"] = Error(reply) });
        }
        else if (reply.Raw is { } raw)
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(raw);
        }
        else if (body["stream"]?.GetValue<bool>() == true)
        {
            await StreamAsync(context, body, reply);
        }
        else if (reply.Breaks)
        {
            context.Abort();
        }
        else
        {
            var message = Message(body, reply, reply.Output);
            message["stop_reason"] = reply.StopReason;
            message["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = reply.Text });
            await WriteAsync(context, message);
        }
    }

    private static async Task StreamAsync(HttpContext context, JsonNode body, ClaudeReply reply)
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

        if (reply.Breaks)
        {
            context.Abort();
            return;
        }

        if (reply.EndsEarly)
        {
            return;
        }

        if (reply.FailsInStream)
        {
            await EventAsync(context, "error", new() { ["error"] = Error(reply) });
            return;
        }

        await EventAsync(context, "content_block_stop", new() { ["index"] = 0 });
        await EventAsync(
            context,
            "message_delta",
            new()
            {
                ["delta"] = new JsonObject { ["stop_reason"] = reply.StopReason, ["stop_sequence"] = null },
                ["usage"] = new JsonObject { ["output_tokens"] = reply.Output },
            }
        );
        await EventAsync(context, "message_stop", []);
    }

    private static JsonObject Message(JsonNode body, ClaudeReply reply, long output) =>
        new()
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
                ["cache_creation_input_tokens"] = reply.CacheWrite5m + reply.CacheWrite1h,
                ["cache_creation"] = new JsonObject
                {
                    ["ephemeral_5m_input_tokens"] = reply.CacheWrite5m,
                    ["ephemeral_1h_input_tokens"] = reply.CacheWrite1h,
                },
            },
        };

    private static JsonObject Error(ClaudeReply reply) => new() { ["type"] = "api_error", ["message"] = reply.Error };

    private static Task WriteAsync(HttpContext context, JsonObject body)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString());
    }

    private static async Task EventAsync(HttpContext context, string type, JsonObject data)
    {
        data["type"] = type;
        await context.Response.WriteAsync($"event: {type}\ndata: {data.ToJsonString()}\n\n");
        await context.Response.Body.FlushAsync();
    }
}
