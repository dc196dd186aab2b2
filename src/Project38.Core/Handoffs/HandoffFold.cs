using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Project38.Core.Handoffs;

/// <summary>Makes what is handed on from what runs left: the newest entries, and the older ones as one sentence.</summary>
internal static class HandoffFold
{
    /// <summary>Names and punctuation of the object itself, and the sentence of <see cref="LeftOut"/>.</summary>
    private const int Envelope = 512;

    // Characters as they are: what run.json is written with.
    private static readonly JsonSerializerOptions Format = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>Folds.</summary>
    /// <param name="runNumber">Number of the run that receives it.</param>
    /// <param name="state">State of the last success, a JSON object.</param>
    /// <param name="summary">The agent's own summary; null: none.</param>
    /// <param name="newestFirst">The latest runs of the generation, not necessarily all of them.</param>
    /// <param name="first">The first run of the generation.</param>
    public static HandoffView View(
        int runNumber,
        JsonElement state,
        string? summary,
        IReadOnlyList<HandoffRow> newestFirst,
        int first
    )
    {
        var own = Cut(summary ?? "", HandoffLimits.SummaryBytes);
        var stateBytes = Encoding.UTF8.GetByteCount(state.GetRawText());
        var room = HandoffLimits.ViewBytes - Math.Min(stateBytes, HandoffLimits.StateBytes) - SizeOf(own) - Envelope;

        // 1. From the newest run backwards, within a run from the last thing noted backwards, until one does not fit.
        List<HandoffEntry> observations = [];
        List<HandoffEntry> actions = [];
        var kept = 0;
        foreach (var (entry, isAction) in newestFirst.SelectMany(Entries))
        {
            var size = SizeOf(entry) + 1;
            if (size > room)
            {
                break;
            }
            room -= size;
            kept++;
            (isAction ? actions : observations).Add(entry);
        }
        observations.Reverse();
        actions.Reverse();

        // 2. What did not fit is counted, never forgotten in silence.
        var all = newestFirst.Count == 0 ? 0 : newestFirst[0].EntriesSoFar;
        var leftOut = LeftOut(all - kept, first);
        var separator = own.Length > 0 && leftOut.Length > 0 ? "\n" : "";
        return new HandoffView(runNumber, state, observations, actions, own + separator + leftOut);
    }

    /// <summary>The size of a view as JSON, in bytes, with the state as it was sent.</summary>
    public static int SizeOf(HandoffView view) =>
        Encoding.UTF8.GetByteCount(
            new JsonObject
            {
                ["observations"] = JsonSerializer.SerializeToNode(view.Observations, Format),
                ["actions"] = JsonSerializer.SerializeToNode(view.Actions, Format),
                ["summary"] = view.Summary,
                ["state"] = null,
            }.ToJsonString(Format)
        ) + Encoding.UTF8.GetByteCount(view.State.GetRawText());

    /// <summary>What a run noted, newest first, each list in its own order: an agent's clock may jump.</summary>
    private static IEnumerable<(HandoffEntry Entry, bool IsAction)> Entries(HandoffRow row)
    {
        var observation = row.Observations.Count - 1;
        var action = row.Actions.Count - 1;
        while (observation >= 0 || action >= 0)
        {
            var isAction =
                observation < 0 || (action >= 0 && row.Actions[action].At >= row.Observations[observation].At);
            var note = isAction ? row.Actions[action--] : row.Observations[observation--];
            var text = Cut(note.Text, HandoffLimits.TextBytes);
            yield return (new HandoffEntry(row.RunNumber, note.At, text, Failed: !row.Succeeded), isAction);
        }
    }

    private static string LeftOut(long count, int first) =>
        count == 0
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $"({count} older observations and actions, from run {first} on, are left out here; the history has them.)"
            );

    private static int SizeOf<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Format).Length;

    /// <summary>A text of which the JSON has at most so many bytes, with a mark where something is missing.</summary>
    private static string Cut(string text, int bytes)
    {
        if (text.Length <= bytes && SizeOf(text) <= bytes)
        {
            return text;
        }
        var mark = string.Create(CultureInfo.InvariantCulture, $"… (cut; {text.Length} characters in the history)");
        var length = Math.Min(text.Length, bytes);
        while (SizeOf(text[..length] + mark) > bytes)
        {
            length = length * 3 / 4;
        }
        // Not through the middle of a surrogate pair.
        return text[..(length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)] + mark;
    }
}
