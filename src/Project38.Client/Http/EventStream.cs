using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace Project38.Client.Http;

/// <summary>One event of a stream.</summary>
/// <param name="Kind">Its name.</param>
/// <param name="Id">To go on after it.</param>
/// <param name="Data">JSON.</param>
internal sealed record ServerEvent(string Kind, string Id, string Data);

/// <summary>Server-sent events.</summary>
internal static class EventStream
{
    // Half a minute: a service that is restarted is back by then.
    private const int Searches = 30;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <summary>The events of an answer, to its end.</summary>
    /// <exception cref="ConnectionLostException">The server went away.</exception>
    public static async IAsyncEnumerable<ServerEvent> EventsAsync(
        this Transport transport,
        HttpResponseMessage answer,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var open = answer;
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var parser = SseParser.Create(stream);
        await using var items = parser.EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await HasNextAsync())
        {
            yield return new ServerEvent(items.Current.EventType, parser.LastEventId, items.Current.Data);
        }

        async Task<bool> HasNextAsync()
        {
            try
            {
                return await items.MoveNextAsync();
            }
            catch (Exception exception) when (Transport.IsLost(exception))
            {
                throw transport.Lost(exception);
            }
        }
    }

    /// <summary>Follows a stream without end: a connection that is lost is made anew, wherever the server is by then, where it broke off.</summary>
    /// <param name="transport">The server.</param>
    /// <param name="path">Of the stream.</param>
    /// <param name="after">The id of the last event that was seen; null: from where the stream begins by itself.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ConnectionLostException">The server did not come back.</exception>
    public static async IAsyncEnumerable<ServerEvent> FollowAsync(
        this Transport transport,
        string path,
        string? after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var (last, searched, lost) = (after ?? "", 0, false);
        while (true)
        {
            var answer = await OpenAsync(transport, path, last, lost, cancellationToken);
            if (answer?.StatusCode == HttpStatusCode.NoContent)
            {
                // Nothing comes after the last one.
                answer.Dispose();
                yield break;
            }
            if (answer is not null)
            {
                if (lost)
                {
                    transport.Options.Notice?.Invoke(new ClientNotice.ServerBack(transport.Url));
                    lost = false;
                }
                await using var events = transport
                    .EventsAsync(answer, cancellationToken)
                    .GetAsyncEnumerator(cancellationToken);
                while (await HasNextAsync(events))
                {
                    (searched, last) = (0, events.Current.Id);
                    yield return events.Current;
                }
            }
            if (!lost)
            {
                lost = true;
                transport.Options.Notice?.Invoke(new ClientNotice.ServerLost(s_pause * Searches));
            }
            if (++searched > Searches)
            {
                throw new ConnectionLostException("The server went away, and did not come back in time.");
            }
            await Task.Delay(s_pause, transport.Options.TimeProvider, cancellationToken);
        }
    }

    // Null: it is not there, or not yet ready for us.
    private static async Task<HttpResponseMessage?> OpenAsync(
        Transport transport,
        string path,
        string last,
        bool again,
        CancellationToken cancellationToken
    )
    {
        if (again && !await transport.FindAgainAsync(cancellationToken))
        {
            return null;
        }
        try
        {
            return await transport.OpenOnceAsync(ApiRequest.Get(path) with { LastEventId = last }, cancellationToken);
        }
        catch (Exception exception)
            when (exception is ConnectionLostException || (again && exception is ApiException { Status: 401 or 503 }))
        {
            return null;
        }
    }

    private static async Task<bool> HasNextAsync(IAsyncEnumerator<ServerEvent> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (ConnectionLostException)
        {
            return false;
        }
    }
}
