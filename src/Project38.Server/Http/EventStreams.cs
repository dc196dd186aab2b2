using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Project38.Server.Http;

/// <summary>One server-sent event.</summary>
/// <param name="Kind">Its name.</param>
/// <param name="Id">What a client that comes back says it saw last.</param>
/// <param name="Data">JSON, in one line.</param>
internal sealed record StreamEvent(string Kind, string Id, string Data)
{
    /// <summary>An event that carries a value of the wire.</summary>
    public static StreamEvent Of<T>(string kind, string id, T value, JsonTypeInfo<T> type) =>
        new(kind, id, JsonSerializer.Serialize(value, type));
}

/// <summary>Answers with server-sent events, until they end, the client leaves or the server stops.</summary>
/// <remarks>Nothing is gathered for a client that does not read: the next event is asked for when this one is gone.</remarks>
internal sealed class EventStreams(IHostApplicationLifetime lifetime, TimeProvider time)
{
    /// <summary>How often something is sent, so that neither side takes a quiet stream for a dead one.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    /// <summary>The last event that a client says it saw; null: none. The header wins, since a browser keeps the query.</summary>
    public static string? LastSeen(HttpRequest request) =>
        request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } header
            ? header
            : new Query(request).Text("after");

    /// <summary>Writes the whole answer.</summary>
    /// <param name="context">The request.</param>
    /// <param name="events">The events; cancelled when nobody is there to read them.</param>
    /// <param name="position">The id of all that was seen so far, told between events too; null: only events have ids.</param>
    /// <param name="left">Ends the stream from our side; the client comes back with its last id.</param>
    public async Task WriteAsync(
        HttpContext context,
        Func<CancellationToken, IAsyncEnumerable<StreamEvent>> events,
        Func<string>? position,
        CancellationToken left
    )
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted,
            lifetime.ApplicationStopping,
            left
        );
        try
        {
            await WriteAsync(context.Response, events(end.Token), position, end);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The client left, or the server stops: the stream ends here, and says so by ending.
            context.Abort();
        }
    }

    private async Task WriteAsync(
        HttpResponse response,
        IAsyncEnumerable<StreamEvent> events,
        Func<string>? position,
        CancellationTokenSource end
    )
    {
        await using var coming = events.GetAsyncEnumerator(end.Token);
        var next = coming.MoveNextAsync().AsTask();
        try
        {
            // At once, so that the client knows that it is in, and where.
            await SendAsync(response, Comment(position), end.Token);
            var beat = Task.Delay(Beat, time, end.Token);
            while (true)
            {
                if (await Task.WhenAny(next, beat) == next)
                {
                    if (!await next)
                    {
                        return;
                    }
                    var one = coming.Current;
                    await SendAsync(response, $"event: {one.Kind}\nid: {one.Id}\ndata: {one.Data}\n\n", end.Token);
                    next = coming.MoveNextAsync().AsTask();
                }
                else
                {
                    await beat;
                    await SendAsync(response, Comment(position), end.Token);
                    beat = Task.Delay(Beat, time, end.Token);
                }
            }
        }
        finally
        {
            // The events cannot be left while one is being waited for.
            await end.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static string Comment(Func<string>? position) => position is null ? ":\n\n" : $":\nid: {position()}\n\n";

    private static async Task SendAsync(HttpResponse response, string text, CancellationToken cancellationToken)
    {
        Encoding.UTF8.GetBytes(text, response.BodyWriter);
        await response.BodyWriter.FlushAsync(cancellationToken);
    }
}
