using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Project38.Core.Secrets;

namespace Project38.Core.Tools.Notifications.Sending;

/// <summary>The headers that show a webhook is ours, and which one it is.</summary>
/// <remarks>
/// <c>webhook-id</c>, <c>webhook-timestamp</c> and <c>webhook-signature</c> are those of the Standard Webhooks specification.
/// <c>X-Signature-256</c> with <c>Idempotency-Key</c> is what our own hooks take, so that one Project38 can start an agent of
/// another.
/// </remarks>
internal static class WebhookSignature
{
    private const string Prefix = "whsec_";
    private const int LeastKey = 16;

    /// <summary>The headers of one attempt.</summary>
    /// <param name="secret">Any text; one that begins with <c>whsec_</c> is base64 of the key, as the specification has it.</param>
    /// <param name="id">The same at every attempt.</param>
    /// <param name="now">When it is sent: a receiver refuses what is old.</param>
    /// <param name="body">The body's bytes.</param>
    public static Dictionary<string, string> Headers(string secret, string id, DateTimeOffset now, byte[] body)
    {
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return new Dictionary<string, string>
        {
            ["webhook-id"] = id,
            ["webhook-timestamp"] = timestamp,
            ["webhook-signature"] = $"v1,{Convert.ToBase64String(HMACSHA256.HashData(KeyOf(secret), content))}",
            ["X-Signature-256"] =
                $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))}",
            ["Idempotency-Key"] = id,
        };
    }

    private static byte[] KeyOf(string secret)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return Encoding.UTF8.GetBytes(secret);
        }

        // Taken as text, it would be a key that no receiver has; an empty one everybody has.
        var text = secret[Prefix.Length..];
        var key = new byte[text.Length];
        return Convert.TryFromBase64String(text, key, out var length) && length >= LeastKey
            ? key[..length]
            : throw new SecretException(
                $"The signing secret begins with {Prefix}, and the rest is not base64 of {LeastKey} bytes or more."
            );
    }
}
