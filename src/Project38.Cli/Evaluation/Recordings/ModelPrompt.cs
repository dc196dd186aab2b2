using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Project38.Cli.Evaluation.Recordings;

/// <summary>What a request to a model says, whichever provider's shape it has.</summary>
internal static class ModelPrompt
{
    /// <summary>Whether a text stands in the conversation of a request.</summary>
    public static bool Asks(JsonElement request, string text) =>
        request.ValueKind == JsonValueKind.Object
        && request.TryGetProperty("messages", out var messages)
        && Texts(messages).Any(one => one.Contains(text, StringComparison.Ordinal));

    /// <summary>Hash of the first text of the system prompt, which is the same for every brief; null: there is none.</summary>
    public static string? HashOf(JsonElement request)
    {
        if (request.ValueKind != JsonValueKind.Object)
        {
            return null;
        }
        var system =
            request.TryGetProperty("system", out var own) ? own
            : request.TryGetProperty("messages", out var messages) && messages.ValueKind == JsonValueKind.Array
                ? messages.EnumerateArray().FirstOrDefault()
            : default;
        return Texts(system).FirstOrDefault(text => text.Length > 20) is { } first
            ? "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(first)))
            : null;
    }

    private static IEnumerable<string> Texts(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
            JsonValueKind.Object => value.EnumerateObject().SelectMany(one => Texts(one.Value)),
            _ => [],
        };
}
