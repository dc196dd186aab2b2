using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;

namespace Project38.Core.Tools.Http;

/// <summary>A request as an agent asked for it, checked but for its host.</summary>
internal sealed record WebRequest(
    string Method,
    string Url,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    string? Body,
    TimeSpan Timeout
)
{
    /// <summary>Who asks: its answers may be kept for it, and what fails in passing is sent again. Null: neither.</summary>
    public long? Agent { get; init; }
}

/// <summary>An answer. Names of headers are lower case.</summary>
internal sealed record WebAnswer(int Status, string Url, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>The one way from agents to the web: each hop checked, each answer bounded.</summary>
internal sealed class WebClient : IDisposable
{
    private const int SmallBody = 64 * 1024;
    private const int ChunkBytes = 32 * 1024;

    private readonly EgressOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly WebCache _cache = new();

    public WebClient(EgressPolicy policy, IOptions<EgressOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        var handler = CheckedSockets.Create(policy.ConnectAsync, _options.ConnectionLifetime);
        handler.AutomaticDecompression = DecompressionMethods.All;
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Project38", "1.0"));
    }

    /// <summary>Sends a request, and follows where it is led as far as was granted.</summary>
    /// <param name="request">What to send.</param>
    /// <param name="grantedHosts">Where it may go.</param>
    /// <param name="takeRoom">Asked before a large answer is read.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="ToolException">There was no answer; the message says why.</exception>
    public async Task<WebAnswer> SendAsync(
        WebRequest request,
        IReadOnlyList<string> grantedHosts,
        TakeRoom takeRoom,
        CancellationToken cancellationToken
    )
    {
        using var timeout = new CancellationTokenSource(request.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await FollowAsync(request, grantedHosts, takeRoom, either.Token);
        }
        catch (Exception fault) when (Inner<ToolException>(fault) is { } words)
        {
            // What the connection refused arrives wrapped in what HTTP makes of it.
            throw words is ToolRefusedException
                ? new ToolRefusedException(words.Message)
                : new ToolException(words.Message);
        }
        catch (Exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ToolException($"No whole answer came within {request.Timeout.TotalSeconds:0.##} seconds.");
        }
        catch (HttpRequestException fault)
        {
            throw new ToolException(Words(fault), fault);
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException)
        {
            throw new ToolException("The answer broke off, or was not packed as it said.", fault);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<WebAnswer> FollowAsync(
        WebRequest request,
        IReadOnlyList<string> grantedHosts,
        TakeRoom takeRoom,
        CancellationToken cancellationToken
    )
    {
        var retries = new WebRetries(request, _time);
        for (var hop = 0; ; hop++)
        {
            var uri = EgressPolicy.CheckUrl(request.Url, grantedHosts);
            var kept = _cache.Find(request, uri);
            using var response = await AskAsync(request, uri, kept, retries, cancellationToken);
            if (Next(request, uri, response) is not { } next)
            {
                return await ReadAsync(request, uri, kept, response, takeRoom, cancellationToken);
            }

            if (hop == _options.Redirects)
            {
                throw new ToolException($"It was redirected more than {_options.Redirects} times.");
            }

            request = next;
        }
    }

    private async Task<HttpResponseMessage> AskAsync(
        WebRequest request,
        Uri uri,
        WebAnswer? kept,
        WebRetries retries,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            TimeSpan? pause;
            try
            {
                using var message = Message(request, uri);
                if (kept is not null)
                {
                    WebCache.Ask(message, kept);
                }

                var response = await _http.SendAsync(
                    message,
                    HttpCompletionOption.ResponseHeadersRead,
                    cancellationToken
                );
                pause = retries.After(request.Method, response);
                if (pause is null)
                {
                    return response;
                }

                response.Dispose();
            }
            catch (HttpRequestException fault)
            {
                pause = retries.After(request.Method, fault);
                if (pause is null)
                {
                    throw;
                }
            }

            await Task.Delay(pause.Value, _time, cancellationToken);
        }
    }

    private async Task<WebAnswer> ReadAsync(
        WebRequest request,
        Uri uri,
        WebAnswer? kept,
        HttpResponseMessage response,
        TakeRoom takeRoom,
        CancellationToken cancellationToken
    )
    {
        var headers = Headers(response);
        if (kept is not null && response.StatusCode == HttpStatusCode.NotModified)
        {
            await takeRoom(kept.Body.Length, cancellationToken);
            var renewed = WebCache.Renew(kept, new WebAnswer(304, uri.AbsoluteUri, headers, []));
            _cache.Keep(request, uri, renewed);
            return renewed;
        }

        var body = await ReadAsync(response.Content, takeRoom, cancellationToken);
        var answer = new WebAnswer((int)response.StatusCode, uri.AbsoluteUri, headers, body);
        _cache.Keep(request, uri, answer);
        return answer;
    }

    private static WebRequest? Next(WebRequest request, Uri uri, HttpResponseMessage response)
    {
        if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
        {
            return null;
        }

        if (
            !response.Headers.TryGetValues("Location", out var locations)
            || locations.FirstOrDefault() is not { } location
        )
        {
            return null;
        }

        if (!Uri.TryCreate(uri, location, out var target))
        {
            throw new ToolRefusedException("It was redirected to something that is no URL.");
        }

        var keepsMethod = (int)response.StatusCode is 307 or 308 || request.Method is "GET" or "HEAD";
        var sameOrigin = target.Scheme == uri.Scheme && EgressPolicy.HostKey(target) == EgressPolicy.HostKey(uri);
        return request with
        {
            Url = target.AbsoluteUri,
            Method = keepsMethod ? request.Method : "GET",
            Body = keepsMethod ? request.Body : null,
            // A secret for one server is none for the next.
            Headers = sameOrigin
                ? request.Headers
                : [.. request.Headers.Where(header => RequestHeaders.IsHarmless(header.Key))],
        };
    }

    private HttpRequestMessage Message(WebRequest request, Uri uri)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), uri);
        if (request.Body is { } body)
        {
            var bytes = Encoding.UTF8.GetBytes(body);
            if (bytes.Length > _options.BodyBytes)
            {
                throw new ToolException($"A body holds at most {_options.BodyBytes / (1024 * 1024)} MB.");
            }

            message.Content = new ByteArrayContent(bytes);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        }
        else if (request.Method is not ("GET" or "HEAD"))
        {
            // Without any content, the handler sends it again by itself where a kept connection breaks before an answer.
            message.Content = new ByteArrayContent([]);
        }

        foreach (var (name, value) in request.Headers)
        {
            if (name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
            {
                _ = message.Content?.Headers.Remove(name);
                _ = message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
            else
            {
                _ = message.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    // Counted as it is unpacked: what was small on the wire may be large here.
    private async Task<byte[]> ReadAsync(HttpContent content, TakeRoom takeRoom, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var body = new MemoryStream();
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (int read; (read = await stream.ReadAsync(chunk, cancellationToken)) > 0; )
            {
                if (body.Length + read > _options.BodyBytes)
                {
                    throw new ToolException($"The answer is larger than {_options.BodyBytes / 1024:N0} KB.");
                }

                if (body.Length <= SmallBody && body.Length + read > SmallBody)
                {
                    // How large it gets, nobody can tell who has not read it.
                    await takeRoom(_options.BodyBytes, cancellationToken);
                }

                body.Write(chunk, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        return body.ToArray();
    }

    private static Dictionary<string, string> Headers(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            headers[name.ToLowerInvariant()] = string.Join(", ", values);
        }

        return headers;
    }

    /// <summary>The cause of a kind, at whatever depth; null: there is none.</summary>
    internal static T? Inner<T>(Exception? fault)
        where T : Exception
    {
        for (; fault is not null; fault = fault.InnerException)
        {
            if (fault is T found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>What went wrong on the way, for people and agents: no address, no secret.</summary>
    internal static string Words(HttpRequestException fault) =>
        fault.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "The name of the host was not found.",
            HttpRequestError.SecureConnectionError =>
                "No secure connection: its certificate is not valid for this host, or TLS failed.",
            HttpRequestError.ConfigurationLimitExceeded => "The headers of the answer are larger than 64 KB.",
            HttpRequestError.ResponseEnded => "The answer broke off.",
            HttpRequestError.InvalidResponse => "What answered does not speak HTTP.",
            _ => "The request failed on its way.",
        };
}
