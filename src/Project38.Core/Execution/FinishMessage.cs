using System.Globalization;
using System.Text.Json;
using Project38.Core.Handoffs;
using Project38.Core.Storage;
using Project38.Core.Tools;

namespace Project38.Core.Execution;

/// <summary>What a run said of its end, read with suspicion: the process that wrote it may be anybody's.</summary>
internal abstract record FinishMessage
{
    private const int MaxResultBytes = 1024 * 1024;
    private const int MaxStateBytes = HandoffLimits.StateBytes;
    private const int MaxErrorCharacters = 16 * 1024;
    private const int MaxNotes = 10_000;
    private const int MaxNoteCharacters = 4_000;
    private const int MaxNotesCharacters = 1_000_000;

    private FinishMessage() { }

    /// <summary><c>execute</c> returned success.</summary>
    public sealed record Success(JsonElement Output, HandoffDraft Handoff) : FinishMessage;

    /// <summary>It did not.</summary>
    public sealed record Error(string Message, bool Retry, HandoffDraft? Handoff) : FinishMessage;

    /// <summary>Reads <c>p38/finish</c>. Never throws: what is wrong with it becomes an error.</summary>
    public static FinishMessage Read(JsonElement finish)
    {
        try
        {
            if (!StorableText.IsText(finish))
            {
                throw new FormatException("a text in it holds half of a surrogate pair");
            }
            return Text(finish, "outcome") switch
            {
                "success" => ReadSuccess(finish),
                "error" => ReadError(finish),
                _ => throw new FormatException("its outcome is neither success nor error"),
            };
        }
        catch (FormatException fault)
        {
            return new Error($"The run sent an end that cannot be read: {fault.Message}.", Retry: true, Handoff: null);
        }
    }

    private static Success ReadSuccess(JsonElement finish)
    {
        var result = Property(finish, "result") is { } given ? given : JsonElement.Parse("null");
        return Size(result) <= MaxResultBytes
            ? new Success(result, ReadHandoff(finish))
            : throw new FormatException("its result is larger than 1 MB");
    }

    private static Error ReadError(JsonElement finish)
    {
        var error = Text(finish, "error") is { Length: > 0 } given ? given : "The agent gave no reason.";
        var traceback = Text(finish, "traceback");
        var message = string.IsNullOrWhiteSpace(traceback) ? error : $"{error}\n{traceback}";
        var retry = Property(finish, "retry")?.ValueKind != JsonValueKind.False;
        return new Error(Shown(message, MaxErrorCharacters), retry, ReadHandoff(finish));
    }

    private static HandoffDraft ReadHandoff(JsonElement finish)
    {
        var handoff = Property(finish, "handoff") ?? JsonElement.Parse("{}");
        if (handoff.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("its handoff is no object");
        }

        var state = Property(handoff, "state") ?? JsonElement.Parse("{}");
        if (state.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("its state is no object");
        }

        if (Size(state) > MaxStateBytes)
        {
            throw new FormatException("its state is larger than 56 KB");
        }

        var room = MaxNotesCharacters;
        return new HandoffDraft(
            state,
            ReadNotes(handoff, "observations", ref room),
            ReadNotes(handoff, "actions", ref room),
            Text(handoff, "summary") is { } summary ? Shown(summary, MaxNoteCharacters) : null
        );
    }

    private static List<NotedText> ReadNotes(JsonElement handoff, string name, ref int room)
    {
        var notes = new List<NotedText>();
        if (Property(handoff, name) is not { } given)
        {
            return notes;
        }

        if (given.ValueKind != JsonValueKind.Array || given.GetArrayLength() > MaxNotes)
        {
            throw new FormatException($"its {name} are no list of at most {MaxNotes} notes");
        }

        foreach (var note in given.EnumerateArray())
        {
            if (
                note.ValueKind != JsonValueKind.Object
                || Text(note, "text") is not { } text
                || !DateTimeOffset.TryParse(
                    Text(note, "at"),
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                    out var at
                )
            )
            {
                throw new FormatException($"one of its {name} is no note");
            }

            if ((room -= text.Length) < 0)
            {
                throw new FormatException("its notes hold more than 1,000,000 characters");
            }

            notes.Add(new NotedText(at, Shown(text, MaxNoteCharacters)));
        }

        return notes;
    }

    private static JsonElement? Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    private static string? Text(JsonElement element, string name) =>
        Property(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    // Without white space, as the runner counts.
    private static int Size(JsonElement element) =>
        JsonSerializer.SerializeToUtf8Bytes(element, ToolAnswer.Json).Length;

    /// <summary>A text as it can be stored and shown: PostgreSQL has no NUL, and nobody reads megabytes.</summary>
    internal static string Shown(string text, int max) => StorableText.Cut(text.Replace('\0', '\uFFFD'), max);
}
