using System.Text.Json;

namespace Project38.Core.Factory.Trial;

/// <summary>Reads events of a trial. What has another shape is not there.</summary>
internal static class TrialEvent
{
    /// <summary>A text of an event; null: it has none of that name.</summary>
    public static string? Text(JsonElement said, string name) =>
        Value(said, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>A whole number of an event; null: it has none of that name.</summary>
    public static int? Number(JsonElement said, string name) =>
        Value(said, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value)
            ? value
            : null;

    /// <summary>Whether an event says that something is so.</summary>
    public static bool Is(JsonElement said, string name) => Value(said, name) is { ValueKind: JsonValueKind.True };

    /// <summary>The texts of a list of an event, in order.</summary>
    public static IEnumerable<string> Texts(JsonElement said, string name) =>
        Value(said, name) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : "")
            : [];

    private static JsonElement? Value(JsonElement said, string name) =>
        said.ValueKind == JsonValueKind.Object && said.TryGetProperty(name, out var value) ? value : null;
}
