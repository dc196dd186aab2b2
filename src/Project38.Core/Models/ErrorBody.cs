using System.Text.Json;

namespace Project38.Core.Models;

/// <summary>Reads what providers write into the body of an error: <c>{"error": …}</c>, or an array of that.</summary>
internal static class ErrorBody
{
    /// <summary>What it says; null where it says nothing.</summary>
    /// <param name="body">Null: there is none.</param>
    public static string? MessageOf(BinaryData? body)
    {
        if (body is null)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return Error(document.RootElement) switch
            {
                { ValueKind: JsonValueKind.String } error => error.GetString(),
                { ValueKind: JsonValueKind.Object } error
                    when error.TryGetProperty("message", out var message)
                        && message.ValueKind == JsonValueKind.String => message.GetString(),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null; // A page of some proxy: it is not quoted.
        }
    }

    /// <summary>Google's <c>error.details</c>; none where there are none.</summary>
    public static IEnumerable<JsonElement> Details(JsonElement body) =>
        Error(body) is { ValueKind: JsonValueKind.Object } error
        && error.TryGetProperty("details", out var details)
        && details.ValueKind == JsonValueKind.Array
            ? details.EnumerateArray()
            : [];

    private static JsonElement? Error(JsonElement body) =>
        body.ValueKind switch
        {
            JsonValueKind.Array when body.GetArrayLength() > 0 => Error(body[0]),
            JsonValueKind.Object when body.TryGetProperty("error", out var error) => error,
            _ => null,
        };
}
