using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Project38.Core.Harness.Hooks;
using Project38.Core.Storage;
using Project38.Server.Http;
using Project38.Server.Http.Idempotency;

namespace Project38.Server.Api;

/// <summary>A delivery as it came: its bytes, and the headers that mean something.</summary>
internal sealed class SentDelivery
{
    private const int MaxBytes = 256 * 1024;

    // What tells deliveries apart. Not all of them: a proxy of the sender may add who it is.
    private static readonly string[] Shown =
    [
        "Content-Type",
        "User-Agent",
        IdempotencyKeys.Header,
        "X-GitHub-Event",
        "X-GitHub-Delivery",
        "X-Gitlab-Event",
        "X-Event-Key",
    ];

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    private readonly HttpRequest _request;
    private readonly byte[] _body;

    private SentDelivery(HttpRequest request, byte[] body) => (_request, _body) = (request, body);

    /// <summary>The body, not read in any way.</summary>
    public ReadOnlySpan<byte> Body => _body;

    /// <summary>Ours, or GitHub's; null: neither came.</summary>
    public string? Signature => Header("X-Signature-256") ?? Header("X-Hub-Signature-256");

    /// <summary>Reads it.</summary>
    /// <exception cref="ProblemException">It is too large.</exception>
    public static async Task<SentDelivery> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxBytes + 1];
        var length =
            request.ContentLength > MaxBytes
                ? buffer.Length
                : await request.Body.ReadAtLeastAsync(
                    buffer,
                    buffer.Length,
                    throwOnEndOfStream: false,
                    cancellationToken
                );
        return length <= MaxBytes
            ? new SentDelivery(request, buffer[..length])
            : throw new ProblemException(
                StatusCodes.Status413PayloadTooLarge,
                "The delivery is larger than 256 KB. Send where the data is, and let the agent fetch it."
            );
    }

    /// <summary>What a run may see of it.</summary>
    /// <exception cref="ProblemException">It is no text, or calls itself JSON and is none.</exception>
    public HookDelivery ToDelivery() =>
        new(
            Payload(),
            Shown
                .Where(_request.Headers.ContainsKey)
                .ToDictionary(name => name.ToLowerInvariant(), name => _request.Headers[name].ToString()),
            Header(IdempotencyKeys.Header) ?? Header("X-GitHub-Delivery")
        );

    private JsonNode? Payload()
    {
        if (!Utf8.IsValid(_body))
        {
            throw Bad("it is not UTF-8");
        }
        if (!_request.HasJsonContentType())
        {
            return JsonValue.Create(Encoding.UTF8.GetString(_body));
        }
        try
        {
            using var document = JsonDocument.Parse(_body, Strict);
            return StorableText.IsText(document.RootElement)
                ? JsonNode.Parse(_body, documentOptions: Strict)
                : throw Bad("it holds half of a surrogate pair, which is no text");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Bad($"{exception.Message.TrimEnd('.')} (UTF-8, no key twice, 32 levels at most)");
        }
    }

    private static ProblemException Bad(string why) =>
        new(StatusCodes.Status400BadRequest, $"The delivery is not the JSON or text we take: {why}.");

    private string? Header(string name) => _request.Headers[name].ToString() is { Length: > 0 } value ? value : null;
}
