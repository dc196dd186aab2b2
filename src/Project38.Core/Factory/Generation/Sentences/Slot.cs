using Project38.Core.Factory.Generation.Blueprints;
using Project38.Core.Factory.Generation.Blueprints.Watching;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation.Sentences;

/// <summary>Reads one kind of value from the tokens at a place, such as a number or a list of weekdays.</summary>
internal sealed class Slot(string name, Func<IReadOnlyList<Token>, int, (object Value, int Length)?> read)
{
    private static readonly Dictionary<string, Slot> _all = new Slot[]
    {
        new("number", Numbers.Read),
        new(
            "percent",
            (tokens, at) => Numbers.Read(tokens, at) is (Quantity { Percent: true }, _) share ? share : null
        ),
        new(
            "amount",
            (tokens, at) => Numbers.Read(tokens, at) is (Quantity { Percent: false }, _) plain ? plain : null
        ),
        new("count", Numbers.ReadCount),
        new("ordinal", Numbers.ReadOrdinal),
        new("clock", Clocks.Read),
        new("clocks", Moments.Read),
        new("attached", Moments.ReadAttached),
        new("from", Clocks.ReadFrom),
        new("to", Clocks.ReadTo),
        new("times", Moments.ReadSure),
        new("parts", Moments.ReadParts),
        new("names", Moments.ReadNames),
        new("part", DayParts.Read),
        new("day", DayNames.ReadOne),
        new("days", DayNames.ReadMany),
        new("date", Dates.Read),
        new("zone", Zones.Read),
        new("iana", Zones.ReadIana),
        new("currency", Currencies.Read),
        new("listed", Listings.Read),
        new("ticker", Listings.ReadTicker),
        new("path", Fields.ReadPath),
        new("word", (tokens, at) => IsState(tokens[at]) ? (tokens[at], 1) : null),
        new("url", (tokens, at) => tokens[at].Kind == TokenKind.Url ? (tokens[at], 1) : null),
        new("file", (tokens, at) => tokens[at].Kind == TokenKind.File ? (tokens[at], 1) : null),
        new("folder", (tokens, at) => tokens[at].Kind == TokenKind.Folder ? (tokens[at], 1) : null),
        new("topics", Topics.Read),
        new("quoted", (tokens, at) => tokens[at].Kind == TokenKind.Quoted ? (tokens[at], 1) : null),
        new("latin", (tokens, at) => IsLatin(tokens[at]) ? (tokens[at], 1) : null),
        new("plain", (tokens, at) => IsPlain(tokens[at]) ? (tokens[at], 1) : null),
        new("name", (tokens, at) => IsName(tokens[at]) ? (tokens[at], 1) : null),
    }.ToDictionary(slot => slot.Name);

    public string Name { get; } = name;

    // In a Hebrew sentence a word in Latin letters behind "field" can be nothing but its name.
    private static bool IsLatin(Token token) =>
        token.Kind is TokenKind.Word or TokenKind.Path && char.IsAsciiLetter(token.Text[0]);

    private static bool IsName(Token token) =>
        token.Kind == TokenKind.Quoted || (token.Kind == TokenKind.Word && !Fillers.IsFiller(token));

    // A word that may be a name or a topic: nothing that turns a sentence around, holds it together or counts.
    private static bool IsPlain(Token token) =>
        token.Kind == TokenKind.Quoted
        || (token.Kind == TokenKind.Word && !Fillers.IsFiller(token) && !Fillers.TurnsAround(token));

    // Words that stand for a state by themselves, so that "is" before them compares.
    private static bool IsState(Token token) =>
        token.Kind == TokenKind.Word
        && token.Text.ToLowerInvariant()
            is "true"
                or "false"
                or "null"
                or "ok"
                or "open"
                or "closed"
                or "ready"
                or "done"
                or "failed"
                or "error"
                or "active"
                or "inactive"
                or "available"
                or "unavailable"
                or "green"
                or "red"
                or "yellow"
                or "running"
                or "stopped"
                or "paused"
                or "enabled"
                or "disabled"
                or "healthy"
                or "unhealthy"
                or "online"
                or "offline"
                or "on"
                or "off"
                or "empty"
                or "yes"
                or "no";

    public static Slot Named(string name) => _all[name];

    public (object Value, int Length)? Read(IReadOnlyList<Token> tokens, int at) => read(tokens, at);
}
