using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Project38.Contracts;

namespace Project38.Client.Http;

/// <summary>Requests over HTTP: JSON both ways, a second try where that is safe, and a wait where the server asks for one.</summary>
internal sealed class Transport : IDisposable
{
    private const int MostTries = 4;

    // A server that cannot do its work may take its time to say so, each time.
    private const int MostUnavailable = 3;
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(200);

    // Longer than that nobody waits without a word of theirs: the refusal says when to come again.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;
    private readonly Func<CancellationToken, Task<ServerAddress?>> _find;
    private volatile ServerAddress _server;

    /// <summary>Remembers where the server is; nothing is sent yet.</summary>
    /// <param name="server">Where it is.</param>
    /// <param name="find">Where it is by now, asked when it was lost; null: nowhere.</param>
    /// <param name="options">How to wait.</param>
    public Transport(ServerAddress server, Func<CancellationToken, Task<ServerAddress?>> find, P38ClientOptions options)
    {
        (_server, _find, Options) = (server, find, options);
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                UseProxy = !server.Url.IsLoopback,
            }
        )
        {
            Timeout = options.Timeout,
        };
    }

    /// <summary>How it waits.</summary>
    public P38ClientOptions Options { get; }

    /// <summary>Where the server is, as far as is known.</summary>
    public Uri Url => _server.Url;

    /// <summary>Sends, and reads the JSON that comes back.</summary>
    /// <exception cref="ApiException">It was refused.</exception>
    /// <exception cref="ConnectionLostException">No server answered.</exception>
    public Task<T> JsonAsync<T>(ApiRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        ReadAsync(
            request,
            async answer =>
            {
                using (answer)
                {
                    return await JsonOfAsync(answer, type, cancellationToken);
                }
            },
            MostTries,
            cancellationToken
        );

    /// <summary>Sends, and reads the JSON that comes back with the tag of its state.</summary>
    public Task<(T Value, string Tag)> TaggedAsync<T>(
        ApiRequest request,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken
    ) =>
        ReadAsync(
            request,
            async answer =>
            {
                using (answer)
                {
                    return (await JsonOfAsync(answer, type, cancellationToken), answer.Headers.ETag!.ToString());
                }
            },
            MostTries,
            cancellationToken
        );

    /// <summary>Sends, and reads the JSON of what is done (200), or of what was accepted and is not done yet (202).</summary>
    /// <returns>One of the two; the other is null.</returns>
    public Task<(TDone? Done, TAccepted? Accepted)> DoneOrAcceptedAsync<TDone, TAccepted>(
        ApiRequest request,
        JsonTypeInfo<TDone> done,
        JsonTypeInfo<TAccepted> accepted,
        CancellationToken cancellationToken
    )
        where TDone : class
        where TAccepted : class =>
        ReadAsync<(TDone?, TAccepted?)>(
            request,
            async answer =>
            {
                using (answer)
                {
                    return answer.StatusCode == HttpStatusCode.Accepted
                        ? (null, await JsonOfAsync(answer, accepted, cancellationToken))
                        : (await JsonOfAsync(answer, done, cancellationToken), null);
                }
            },
            MostTries,
            cancellationToken
        );

    /// <summary>Sends what has no answer that matters.</summary>
    public async Task SendAsync(ApiRequest request, CancellationToken cancellationToken) =>
        (await OpenAsync(request, cancellationToken)).Dispose();

    /// <summary>Sends, and leaves the answer's body to be read.</summary>
    public Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellationToken) =>
        ReadAsync(request, Task.FromResult, MostTries, cancellationToken);

    /// <summary>The same, of a stream of events, whose follower has a patience of its own.</summary>
    public Task<HttpResponseMessage> OpenOnceAsync(ApiRequest request, CancellationToken cancellationToken) =>
        ReadAsync(request, Task.FromResult, tries: 1, cancellationToken);

    /// <summary>Looks where the server is by now.</summary>
    /// <returns>Whether it is anywhere.</returns>
    public async Task<bool> FindAgainAsync(CancellationToken cancellationToken)
    {
        var found = await _find(cancellationToken);
        _server = found ?? _server;
        return found is not null;
    }

    /// <summary>Whether a connection broke, rather than something here.</summary>
    public static bool IsLost(Exception exception) =>
        exception
            is HttpRequestException
                or HttpIOException
                or IOException { InnerException: SocketException }
                or TaskCanceledException { InnerException: TimeoutException };

    /// <summary>What to say of it.</summary>
    public ConnectionLostException Lost(Exception exception) => new($"{Url}: {exception.Message}", exception);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<T> ReadAsync<T>(
        ApiRequest request,
        Func<HttpResponseMessage, Task<T>> read,
        int tries,
        CancellationToken cancellationToken
    )
    {
        var (waited, unavailable) = (TimeSpan.Zero, 0);
        for (var attempt = 1; ; )
        {
            try
            {
                using var message = request.ToMessage(_server);
                var answer = await _http.SendAsync(
                    message,
                    HttpCompletionOption.ResponseHeadersRead,
                    cancellationToken
                );
                if (answer.IsSuccessStatusCode)
                {
                    return await read(answer);
                }
                using (answer)
                {
                    var problem = await ProblemOfAsync(answer, cancellationToken);
                    unavailable += answer.StatusCode == HttpStatusCode.ServiceUnavailable ? 1 : 0;
                    if (
                        AskedWait(answer) is not { } wait
                        || waited + wait > s_longestWait
                        || unavailable == MostUnavailable
                    )
                    {
                        throw new ApiException(problem);
                    }
                    waited += wait;
                    Options.Notice?.Invoke(new ClientNotice.AskedToWait(wait, problem.Detail));
                    await Task.Delay(wait, Options.TimeProvider, cancellationToken);
                }
            }
            catch (Exception exception) when (IsLost(exception))
            {
                if (attempt == tries || !request.IsRepeatable)
                {
                    throw Lost(exception);
                }
                await Task.Delay(s_firstPause * Math.Pow(2, attempt - 1), Options.TimeProvider, cancellationToken);
                await FindAgainAsync(cancellationToken);
                attempt++;
            }
        }
    }

    // A 409 with a time is a key whose first request is being answered.
    private static TimeSpan? AskedWait(HttpResponseMessage answer) =>
        answer.StatusCode
            is HttpStatusCode.Conflict
                or HttpStatusCode.TooManyRequests
                or HttpStatusCode.ServiceUnavailable
            ? answer.Headers.RetryAfter?.Delta
            : null;

    private static async Task<T> JsonOfAsync<T>(
        HttpResponseMessage answer,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (await answer.Content.ReadFromJsonAsync(type, cancellationToken))!;
        }
        catch (JsonException)
        {
            throw new ApiException(Wordless(answer));
        }
    }

    private static async Task<ProblemResponse> ProblemOfAsync(
        HttpResponseMessage answer,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (await answer.Content.ReadFromJsonAsync(ContractsJson.Default.ProblemResponse, cancellationToken))!;
        }
        catch (JsonException)
        {
            return Wordless(answer);
        }
    }

    private static ProblemResponse Wordless(HttpResponseMessage answer)
    {
        var status = (int)answer.StatusCode;
        return new ProblemResponse
        {
            Type = "about:blank",
            Title = answer.ReasonPhrase ?? "Error",
            Status = status,
            Detail = $"The server answered with {status} and no word. Is it a Project38 server?",
        };
    }
}
