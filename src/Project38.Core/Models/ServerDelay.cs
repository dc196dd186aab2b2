using System.Globalization;
using System.Text.Json;

namespace Project38.Core.Models;

/// <summary>How long a provider that is busy asks to wait.</summary>
internal static class ServerDelay
{
    private const int MaxBodyBytes = 64 * 1024;

    /// <summary>What an answer with an error asks for; null when it says nothing.</summary>
    /// <remarks>
    /// By <c>Retry-After</c> (RFC 9110), by OpenAI's <c>retry-after-ms</c>, or, as Google does it, by a
    /// <c>google.rpc.RetryInfo</c> in the body. The body can be read again afterwards.
    /// </remarks>
    public static async ValueTask<TimeSpan?> OfAsync(
        HttpResponseMessage response,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (response.IsSuccessStatusCode)
        {
            return null;
        }

        if (
            response.Headers.TryGetValues("retry-after-ms", out var values)
            && double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds is >= 0 and < int.MaxValue
        )
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        return response.Headers.RetryAfter switch
        {
            { Delta: { } delay } => delay,
            { Date: { } date } => date > time.GetUtcNow() ? date - time.GetUtcNow() : TimeSpan.Zero,
            _ => await OfBodyAsync(response.Content, cancellationToken),
        };
    }

    private static async Task<TimeSpan?> OfBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            await content.LoadIntoBufferAsync(MaxBodyBytes, cancellationToken);
            using var body = JsonDocument.Parse(await content.ReadAsByteArrayAsync(cancellationToken));
            return ErrorBody.Details(body.RootElement).Select(Delay).FirstOrDefault(delay => delay is not null);
        }
        catch (Exception exception) when (exception is JsonException or HttpRequestException or IOException)
        {
            return null; // No JSON, or too much of it: it says nothing of a delay.
        }
    }

    private static TimeSpan? Delay(JsonElement detail) =>
        detail.ValueKind == JsonValueKind.Object
        && detail.TryGetProperty("retryDelay", out var delay)
        && delay.ValueKind == JsonValueKind.String
        && delay.GetString() is { } text
        && text.EndsWith('s')
        && double.TryParse(text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
        && seconds is >= 0 and < 1e9
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
