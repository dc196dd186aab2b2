using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Project38.Cli.Evaluation.Recordings;

/// <summary>Puts the pieces of a streamed answer together, so that an address cut in two is found in one piece.</summary>
internal static class StreamedAnswer
{
    private const string Data = "data: ";

    private static readonly JsonSerializerOptions s_readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The lines of an answer, with text that came in pieces in the first of them.</summary>
    public static IReadOnlyList<string> Joined(string body)
    {
        var events = body.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        var joined = new List<(string Head, JsonObject? Data, string Raw)>();
        foreach (var one in events)
        {
            var at = one.IndexOf(Data, StringComparison.Ordinal);
            var head = at < 0 ? one : one[..at];
            var data = at < 0 ? null : Parse(one[(at + Data.Length)..]);
            if (
                joined.Count > 0
                && joined[^1] is { Data: { } before, Head: var last }
                && last == head
                && data is not null
                && Piece(before) is { } first
                && Piece(data) is { } next
                && first.Name == next.Name
                && $"{before["index"]}" == $"{data["index"]}"
            )
            {
                first.Holder[first.Name] = first.Text + next.Text;
                continue;
            }
            joined.Add((head, data, one));
        }
        return
        [
            .. joined
                .Select(one => one.Data is null ? one.Raw : one.Head + Data + one.Data.ToJsonString(s_readable))
                .SelectMany(one => (IEnumerable<string>)[.. one.Split('\n'), ""]),
        ];
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Claude: delta.text. OpenAI, and Gemini by its endpoint: choices[0].delta.content.
    private static (JsonObject Holder, string Name, string Text)? Piece(JsonObject data) =>
        data["delta"] is JsonObject delta && Text(delta, "text") is { } text ? (delta, "text", text)
        : data["choices"] is JsonArray { Count: 1 } choices
        && choices[0]?["finish_reason"] is null
        && choices[0]?["delta"] is JsonObject inner
        && Text(inner, "content") is { } content
            ? (inner, "content", content)
        : null;

    private static string? Text(JsonObject holder, string name) =>
        holder[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
