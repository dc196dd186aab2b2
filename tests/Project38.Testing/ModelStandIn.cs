using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Project38.Testing;

/// <summary>A server that speaks a provider's API over real HTTP, plain and streamed, and says what it is told to say.</summary>
public abstract partial class ModelStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ModelReply> _replies = new();
    private readonly ConcurrentQueue<ModelRequest> _requests = new();
    private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected ModelStandIn()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>In a reply's text: host and port of this machine that the question names, as a model would take them over.</summary>
    public const string AddressPlace = "{ADDRESS}";

    /// <summary>Where it is, as a provider's base address is given.</summary>
    public Uri Address => new(_app.Urls.First() + Base);

    /// <summary>All it was asked so far.</summary>
    public IReadOnlyList<ModelRequest> Requests => [.. _requests];

    /// <summary>Completes when a request hangs.</summary>
    public Task Hanging => _hanging.Task;

    /// <summary>Completes when a request hangs, and fails when whoever should ask has ended without: then none ever will.</summary>
    /// <param name="asker">His work.</param>
    public async Task HangingOfAsync(Task asker)
    {
        if (await Task.WhenAny(Hanging, asker) == asker)
        {
            await asker;
            throw new InvalidOperationException("Whoever should ask ended, and no request hangs.");
        }
    }

    /// <summary>Completes when a request waits.</summary>
    public Task Waiting => _waiting.Task;

    /// <summary>Lets the request that waits have its answer.</summary>
    public void GoOn() => _goOn.TrySetResult();

    /// <summary>The path of the base address, without a slash at its end.</summary>
    protected abstract string Base { get; }

    /// <summary>The path behind <see cref="Base"/> where questions go.</summary>
    protected abstract string Path { get; }

    /// <summary>Says what to answer next, one request after the other. With nothing left it answers 500.</summary>
    public void Reply(params ModelReply[] replies)
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
        GC.SuppressFinalize(this);
    }

    /// <summary>Listens on a free port.</summary>
    protected static async Task<T> StartedAsync<T>(T standIn)
        where T : ModelStandIn
    {
        await standIn._app.StartAsync();
        return standIn;
    }

    /// <summary>Answers as a whole.</summary>
    protected abstract Task WholeAsync(HttpContext context, JsonNode body, ModelReply reply);

    /// <summary>Answers piece by piece. Asks <see cref="StopsAsync"/> after the text.</summary>
    protected abstract Task StreamAsync(HttpContext context, JsonNode body, ModelReply reply);

    /// <summary>The body of an error.</summary>
    protected abstract JsonNode ErrorOf(ModelReply reply);

    /// <summary>Says an error in the middle of a stream.</summary>
    protected abstract Task FailAsync(HttpContext context, ModelReply reply);

    protected static async Task WriteAsync(HttpContext context, JsonNode body)
    {
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body.ToJsonString());
    }

    protected static async Task FlushAsync(HttpContext context, string text)
    {
        await context.Response.WriteAsync(text);
        await context.Response.Body.FlushAsync();
    }

    /// <summary>Does what is to happen in the middle of a stream; true: there it ends.</summary>
    protected async Task<bool> StopsAsync(HttpContext context, ModelReply reply)
    {
        if (reply.HangsInStream)
        {
            await HangAsync(context);
        }
        else if (reply.Breaks)
        {
            context.Abort();
        }
        else if (reply.FailsInStream)
        {
            await FailAsync(context, reply);
        }

        return reply.HangsInStream || reply.Breaks || reply.EndsEarly || reply.FailsInStream;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body))!;
        var path = context.Request.Path.Value!;
        var key = context.Request.Headers.Authorization.ToString();
        _requests.Enqueue(
            new ModelRequest(path, body, key.StartsWith("Bearer ", StringComparison.Ordinal) ? key[7..] : null)
        );
        var reply =
            path != Base + Path ? new ModelReply { Status = 404, Error = $"There is nothing at {path}." }
            : _replies.TryDequeue(out var next) ? next
            : new ModelReply { Status = 500, Error = "Nothing left." };
        if (LocalAddress().Match($"{body["messages"]}") is { Success: true } address)
        {
            reply = reply with { Text = reply.Text.Replace(AddressPlace, address.Value, StringComparison.Ordinal) };
        }

        if (reply.Waits)
        {
            _waiting.TrySetResult();
            await _goOn.Task.WaitAsync(context.RequestAborted);
        }

        if (reply.Hangs)
        {
            await HangAsync(context);
        }
        else if (reply.Status != 200)
        {
            context.Response.StatusCode = reply.Status;
            context.Response.Headers.RetryAfter = RetryAfterOf(reply);
            await WriteAsync(context, ErrorOf(reply));
        }
        else if (reply.Raw is { } raw)
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(raw);
        }
        else if (IsStreamed(body))
        {
            await StreamAsync(context, body, reply);
        }
        else if (reply.Breaks)
        {
            context.Abort();
        }
        else
        {
            await WholeAsync(context, body, reply);
        }
    }

    /// <summary>The header of an error; null: none.</summary>
    protected virtual string? RetryAfterOf(ModelReply reply) => reply.RetryAfter;

    /// <summary>Whether a request asks for pieces.</summary>
    protected virtual bool IsStreamed(JsonNode body) => body["stream"]?.GetValue<bool>() == true;

    private async Task HangAsync(HttpContext context)
    {
        _hanging.TrySetResult();
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [GeneratedRegex(@"127\.0\.0\.1:\d+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LocalAddress();
}
