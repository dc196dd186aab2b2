using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>Finds what sounds like time in the text of a reminder, where it must not be guessed away.</summary>
/// <remarks>
/// The rule. The text of a reminder is what stands behind "to", "that", "about" (ל, ש, על); words between the times
/// and that marker are nobody's and are quoted. Once a day and an hour (or an interval) were said before the text, a
/// plain time in the text is the user's own words: "every day at 8 remind me to take the 9:30 train". Otherwise it is
/// quoted, for it may have been meant as the schedule. What would be a second schedule ("and at 9 to swim", "every
/// Monday") or narrows the first ("except holidays") is always quoted. Quotation marks make anything text.
/// </remarks>
internal static class TimeWords
{
    private static readonly (Pattern, int)[] _narrows =
    [
        ("except|excluding|besides|unless|until|till", 0),
        ("apart|aside from", 0),
        ("other than", 0),
        ("but|and? not on|at|in|during|before|after", 0),
        ("with the exception", 0),
        ("חוץ|פרט|מלבד|למעט מ|ל?", 0),
        ("להוציא מ|יום|ימי|ביום|בימי|שבת|חגים", 0), // and not "to take out the trash"
        ("אבל|אך לא", 0),
        ("starting|beginning|ending from|on|at|in? today|tomorrow|next|this", 0),
        ("starting|beginning|ending from|on|at|in? <day>", 0),
        ("starting|beginning|ending from|on|at|in? the? <date>", 0),
        ("החל מ|ב? היום|מחר|יום", 0),
    ];

    private static readonly (Pattern, int)[] _windows =
    [
        ("between|during|while|throughout|within|outside|starting|beginning|ending", 0),
        ("as long as", 0),
        ("בין|במשך|במהלך|החל|בזמן", 0),
    ];

    private const string HebrewDays = "ובראשון|ובשלישי|וברביעי|ובחמישי|ובשישי|ובשבת|וביום|ובימי|ובכל";

    private static readonly (Pattern, int)[] _joinedHours = [("וב|ובשעה <count>", 0), (HebrewDays, 0)];

    private static readonly (Pattern, int)[] _hours =
    [
        ("at|by|before|after|around|about|past|from|to|between|till|until|since <count>", 0),
        ("at|before|after|around|by dawn|dusk|sunrise|sunset|lunch|lunchtime|breakfast|dinner|bedtime|work|school", 0),
        ("ב|עד|לפני|אחרי|מ|בין|סביב|לקראת שעה|השעה? <count>", 0),
        ("בשעה|בשעות|משעה|מהשעה", 0),
        ("בזריחה|בשקיעה|בעשרים", 0),
    ];

    private static readonly string[] _joins =
    [
        "and",
        "or",
        "but",
        "then",
        "also",
        "plus",
        "ו",
        "או",
        "וגם",
        "גם",
        "אבל",
        "ואז",
    ];

    /// <summary>The words that must not stand in the text, each as neighbours in the sentence.</summary>
    /// <param name="text">The text's tokens, marker excluded.</param>
    /// <param name="said">What was understood of time.</param>
    /// <param name="complete">Whether a day and an hour, or an interval, was said before the text.</param>
    public static IReadOnlyList<IReadOnlyList<Token>> In(Sentence text, IReadOnlyList<TimePart> said, bool complete)
    {
        var found = new List<IReadOnlyList<Token>>();
        var hour = said.Any(part => part is TimePart.Clock);
        var rest = text.Rest;
        for (var at = 0; at < rest.Count; )
        {
            var length = LengthAt(text, at, hour, complete || said.Any(Paces));
            if (length > 0)
            {
                var from = at > 0 && _joins.Contains(rest[at - 1].Text.ToLowerInvariant()) ? at - 1 : at;
                found.Add([.. rest.Skip(from).Take(at + length - from)]);
            }
            at += Math.Max(1, length);
        }
        return found;
    }

    private static bool Paces(TimePart part) => part is TimePart.Clock or TimePart.Interval or TimePart.OnceIn;

    private static int LengthAt(Sentence text, int at, bool hour, bool paced)
    {
        var rest = text.Rest;
        if (text.LongestAt(_narrows, at) is { } narrows)
        {
            return Math.Min(narrows.Match.Length + 1, rest.Count - at);
        }
        if (!hour && text.LongestAt(_windows, at) is { } window)
        {
            return Math.Min(window.Match.Length + 1, rest.Count - at);
        }
        if (text.LongestAt(_joinedHours, at) is { } joinedHour)
        {
            return joinedHour.Match.Length;
        }
        if (rest[at].Text.StartsWith("וב", StringComparison.Ordinal) && IsHour(rest[at]))
        {
            return 1;
        }
        if (text.LongestAt(TimePhrases.All, at) is { } phrase)
        {
            var parts = TimePhrases.Parts(phrase).ToArray();
            var joined =
                (at > 0 && _joins.Contains(rest[at - 1].Text.ToLowerInvariant()))
                || (rest[at].Text is ['ו', 'ב' or 'כ', ..] && Token.IsHebrew(rest[at].Text[0]));
            // A bare day behind "and" may be part of the text: "to plan Sunday and Monday".
            var bareDay = parts is [TimePart.OnceOn] && phrase.Match.Length == 1;
            return parts.Any(part => part is TimePart.Zone) ? 0
                : parts.Any(part =>
                    part is TimePart.Days or TimePart.Interval or TimePart.Impossible or TimePart.Except
                )
                || !paced
                || (joined && !bareDay)
                    ? phrase.Match.Length
                : 0;
        }
        if (paced)
        {
            return at == 0 && IsHour(rest[0]) && (rest.Count == 1 || rest[1].Is("to")) ? 1 : 0;
        }
        return text.LongestAt(_hours, at) is { } hours ? hours.Match.Length
            : rest[at].Kind == TokenKind.Clock || (IsHour(rest[at]) && (at == 0 || Attached(rest[at]))) ? 1
            : 0;
    }

    private static bool Attached(Token token) => Token.IsHebrew(token.Text[0]) && token.Text[0] is 'ב';

    private static bool IsHour(Token token) =>
        token.Kind is TokenKind.Number or TokenKind.Clock || (token.Kind == TokenKind.Word && HourWords.Looks(token));
}
