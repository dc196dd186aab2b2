using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Project38.Core.Tests.Tools.Http;

namespace Project38.Core.Tests.Harness.Deliveries;

/// <summary>What came to a peer.</summary>
internal sealed record Arrived(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Bytes)
{
    public string Body => Encoding.UTF8.GetString(Bytes);

    public JsonElement Json => JsonElement.Parse(Bytes);
}

/// <summary>What a peer answers.</summary>
internal sealed record Reply(int Status, string Body = "", params (string Name, string Value)[] Headers);

/// <summary>A peer of webhooks over real HTTP: says yes, or what it was told to say.</summary>
internal sealed class PeerStandIn : IAsyncDisposable
{
    private readonly ConcurrentQueue<Reply> _replies = new();
    private readonly Channel<Arrived> _arrived = Channel.CreateUnbounded<Arrived>();
    private readonly ConcurrentQueue<Arrived> _all = new();
    private WebServer? _server;

    /// <summary>Holds every answer back until it completes.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>What it answers where nothing was told; null: yes.</summary>
    public Func<Arrived, CancellationToken, Task<Reply>>? Answers { get; set; }

    public IReadOnlyList<Arrived> All => [.. _all];

    public string Url => $"http://127.0.0.1:{_server!.Port}";

    public static async Task<PeerStandIn> StartAsync()
    {
        var peer = new PeerStandIn();
        peer._server = await WebServer.StartAsync(peer.AnswerAsync);
        return peer;
    }

    public void Replies(params IEnumerable<Reply> replies)
    {
        foreach (var reply in replies)
        {
            _replies.Enqueue(reply);
        }
    }

    /// <summary>What came next.</summary>
    public Task<Arrived> NextAsync() =>
        _arrived
            .Reader.ReadAsync(TestContext.Current.CancellationToken)
            .AsTask()
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(
            one => one.Key,
            one => one.Value.ToString(),
            StringComparer.OrdinalIgnoreCase
        );
        var arrived = new Arrived(context.Request.Path, headers, body.ToArray());
        _all.Enqueue(arrived);
        await _arrived.Writer.WriteAsync(arrived, context.RequestAborted);
        await Gate.WaitAsync(context.RequestAborted);

        var reply =
            _replies.TryDequeue(out var told) ? told
            : Answers is null ? new Reply(200, "ok")
            : await Answers(arrived, context.RequestAborted);
        context.Response.StatusCode = reply.Status;
        foreach (var (name, value) in reply.Headers)
        {
            context.Response.Headers[name] = value;
        }
        await context.Response.WriteAsync(reply.Body, context.RequestAborted);
    }
}
