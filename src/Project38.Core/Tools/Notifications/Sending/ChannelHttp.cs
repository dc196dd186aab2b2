using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Project38.Core.Storage;
using Project38.Core.Tools.Http;
using Project38.Core.Tools.Notifications.Channels;

namespace Project38.Core.Tools.Notifications.Sending;

/// <summary>An answer of a peer, as far as anybody looks at it.</summary>
/// <param name="Status">Its status.</param>
/// <param name="After">What <c>Retry-After</c> says; null: nothing.</param>
/// <param name="Body">The first 16 KB, or as much as was asked for.</param>
internal sealed record PeerAnswer(int Status, TimeSpan? After, string Body);

/// <summary>The way of channels to the web: each connection checked, nothing followed, each answer bounded.</summary>
/// <remarks>
/// Two pools: what a channel that may reach private addresses has connected, no other channel is given.
/// </remarks>
internal sealed class ChannelHttp(EgressPolicy policy, TimeProvider time) : IDisposable
{
    /// <summary>The most bytes that are read of an answer, unless a call asks for more.</summary>
    public const int MaxBody = 16 * 1024;

    private static readonly JsonDocumentOptions s_json = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private readonly HttpClient _public = Create(policy, mayBePrivate: false);
    private readonly HttpClient _private = Create(policy, mayBePrivate: true);

    /// <summary>Posts JSON.</summary>
    public async Task<PeerAnswer> PostAsync(
        ChannelSettings settings,
        string url,
        ReadOnlyMemory<byte> json,
        IEnumerable<KeyValuePair<string, string>> headers,
        CancellationToken cancellationToken,
        int maxBody = MaxBody
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(json) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in headers)
        {
            _ = request.Headers.TryAddWithoutValidation(name, value);
        }
        var http = settings.MayBePrivate ? _private : _public;
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return new PeerAnswer(
            (int)response.StatusCode,
            AfterOf(response),
            await ReadAsync(response, maxBody, cancellationToken)
        );
    }

    /// <summary>What a status means, and what the peer says with it.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="said">What of its body is worth showing.</param>
    public static SendResult ResultOf(PeerAnswer answer, string said)
    {
        var words = said.Length > 0 ? $"HTTP {answer.Status}: {said}" : $"HTTP {answer.Status}";
        return answer.Status switch
        {
            >= 200 and < 300 => new SendResult.Delivered(words),
            >= 300 and < 400 => new SendResult.Refused(
                $"HTTP {answer.Status}: it leads elsewhere, and that is not followed. Set the address it leads to."
            ),
            408 or 425 or 429 or >= 500 => new SendResult.Failed(words, answer.After),
            _ => new SendResult.Refused(words),
        };
    }

    /// <summary>An answer that is a JSON object; null: it is none, or not one that can be read in one way only.</summary>
    public static JsonElement? ObjectOf(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, s_json);
            return document.RootElement.ValueKind == JsonValueKind.Object && StorableText.IsText(document.RootElement)
                ? document.RootElement.Clone()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A property of an object that is a text; null: there is none.</summary>
    public static string? TextOf(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } found
        && found.TryGetProperty(name, out var text)
        && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _public.Dispose();
        _private.Dispose();
    }

    private static HttpClient Create(EgressPolicy policy, bool mayBePrivate)
    {
        var handler = CheckedSockets.Create(
            (host, port, cancellationToken) => policy.DialAsync(host, port, mayBePrivate, cancellationToken)
        );
        var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Project38", "1.0"));
        return http;
    }

    private TimeSpan? AfterOf(HttpResponseMessage response) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delay } => delay,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => null,
        };

    // The status is the answer. A body that does not come takes nothing away from it.
    private static async Task<string> ReadAsync(
        HttpResponseMessage response,
        int maxBody,
        CancellationToken cancellationToken
    )
    {
        var body = new byte[maxBody];
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var length = await stream.ReadAtLeastAsync(body, maxBody, throwOnEndOfStream: false, cancellationToken);
            return Encoding.UTF8.GetString(body.AsSpan(0, length));
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException or OperationCanceledException)
        {
            return "";
        }
    }
}

/// <summary>Dials for channels, whose destinations people chose.</summary>
internal static class ChannelDial
{
    /// <summary>Connects, to a private address only where the channel says so.</summary>
    public static ValueTask<Stream> DialAsync(
        this EgressPolicy policy,
        string host,
        int port,
        bool mayBePrivate,
        CancellationToken cancellationToken
    ) =>
        policy.ConnectAsync(
            host,
            port,
            address => PublicAddress.IsPublic(address) || (mayBePrivate && PublicAddress.IsOwn(address)),
            mayBePrivate
                ? "A channel may lead to the public internet, and to private addresses of your own network."
                : "If it is a server of your own network, say so: --setting allow_private=true.",
            cancellationToken
        );
}
