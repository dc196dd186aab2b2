using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Times;

/// <summary>An hour as it is spoken, and the minutes before or after it: 9 and -15 for a quarter to nine.</summary>
internal sealed record SpokenHour(int Hour, int Shift, int Length);

/// <summary>Hours in words: ten, ten thirty, half past eight, quarter to nine; עשר, שמונה וחצי, רבע לתשע.</summary>
internal static class HourWords
{
    private static readonly string[][] _hours =
    [
        ["one", "אחת"],
        ["two", "שתיים", "שתים"],
        ["three", "שלוש"],
        ["four", "ארבע"],
        ["five", "חמש"],
        ["six", "שש"],
        ["seven", "שבע"],
        ["eight", "שמונה"],
        ["nine", "תשע"],
        ["ten", "עשר"],
        ["eleven"],
        ["twelve"],
    ];

    private static readonly Dictionary<string, int> _tens = new()
    {
        ["fifteen"] = 15,
        ["twenty"] = 20,
        ["thirty"] = 30,
        ["forty"] = 40,
        ["fifty"] = 50,
    };

    private static readonly Dictionary<string, int> _shifts = new()
    {
        ["five"] = 5,
        ["ten"] = 10,
        ["quarter"] = 15,
        ["twenty"] = 20,
        ["רבע"] = 15,
        ["חמישה"] = 5,
        ["עשרה"] = 10,
        ["עשרים"] = 20,
    };

    private static readonly Dictionary<string, int> _hebrewMinutes = new()
    {
        ["וחצי"] = 30,
        ["ורבע"] = 15,
        ["וחמישה"] = 5,
        ["ועשרה"] = 10,
        ["ועשרים"] = 20,
    };

    // "at ten minutes", "בחמש דקות": a number of something, and no hour.
    private static readonly string[] _units =
    [
        "minute",
        "minutes",
        "second",
        "seconds",
        "hour",
        "hours",
        "day",
        "days",
        "percent",
        "%",
        "times",
        "דקות",
        "שניות",
        "שעות",
        "ימים",
        "אחוז",
        "פעמים",
    ];

    // Where "at one" ends: "at one page" is no hour, and "at one to eat" is.
    private static readonly string[] _behindOne =
    [
        "to",
        "that",
        "and",
        "every",
        "each",
        "on",
        "except",
        "weekdays",
        "daily",
        "tomorrow",
        "today",
        "כל",
        "בכל",
        "מחר",
        "היום",
        "חוץ",
    ];

    /// <summary>Whether the token counts what stands before it.</summary>
    public static bool IsUnit(IReadOnlyList<Token> tokens, int at) => at < tokens.Count && _units.Any(tokens[at].Is);

    /// <summary>Minutes behind an hour in Hebrew, as 8 וחצי; null when there are none.</summary>
    public static int? MinutesBehind(IReadOnlyList<Token> tokens, int at) =>
        at < tokens.Count && _hebrewMinutes.TryGetValue(tokens[at].Text, out var minutes) ? minutes : null;

    /// <summary>The hour that begins here, in words; null when none does.</summary>
    /// <param name="tokens">All tokens.</param>
    /// <param name="at">Where.</param>
    /// <param name="prefix">Hebrew letters that must stand before the first word, such as ב; empty: none.</param>
    public static SpokenHour? Read(IReadOnlyList<Token> tokens, int at, string prefix) =>
        Relative(tokens, at, prefix) ?? Plain(tokens, at, prefix);

    /// <summary>Whether a word is an hour, with or without Hebrew letters before it.</summary>
    public static bool Looks(Token token) =>
        ((string[])["", "ב", "ל", "מ", "וב"]).Any(prefix => Hour([token], 0, prefix) is not null);

    // Half past eight, ten to nine, רבע לתשע.
    private static SpokenHour? Relative(IReadOnlyList<Token> tokens, int at, string prefix)
    {
        var first = Bare(tokens, at, prefix);
        if (first == "half" && Is(tokens, at + 1, "past") && HourOrNumber(tokens, at + 2, "") is (var half, var taken))
        {
            return new SpokenHour(half, 30, 2 + taken);
        }

        var article = prefix.Length == 0 && first == "a" ? 1 : 0;
        first = article == 1 ? Bare(tokens, at + 1, "") : first;
        if (first is null || !_shifts.TryGetValue(first, out var shift))
        {
            return null;
        }
        var next = at + article + 1;
        if (Token.IsHebrew(first[0]))
        {
            return HourOrNumber(tokens, next, "ל") is (var to, var length)
                ? new SpokenHour(to, -shift, 1 + length)
                : null;
        }
        if (first == "twenty" && Is(tokens, next, "five"))
        {
            (shift, next) = (25, next + 1);
        }
        next += Is(tokens, next, "minutes") ? 1 : 0;
        var after = Is(tokens, next, "past") || Is(tokens, next, "after");
        return (after || Is(tokens, next, "to")) && HourOrNumber(tokens, next + 1, "") is (var hour, var words)
            ? new SpokenHour(hour, after ? shift : -shift, next + 1 + words - at)
            : null;
    }

    private static SpokenHour? Plain(IReadOnlyList<Token> tokens, int at, string prefix)
    {
        if (Hour(tokens, at, prefix) is not (var hour, var length))
        {
            return null;
        }
        if (MinutesBehind(tokens, at + length) is { } minutes)
        {
            return new SpokenHour(hour, minutes, length + 1);
        }
        if (Tens(tokens, at + length) is (var tens, var more))
        {
            return new SpokenHour(hour, tens, length + more);
        }
        return IsUnit(tokens, at + length) || (hour == 1 && !OneEnds(tokens, at + length))
            ? null
            : new SpokenHour(hour, 0, length);
    }

    private static (int Minutes, int Length)? Tens(IReadOnlyList<Token> tokens, int at)
    {
        if (at >= tokens.Count || !_tens.TryGetValue(tokens[at].Text.ToLowerInvariant(), out var tens))
        {
            return null;
        }
        var five = tens > 15 && Is(tokens, at + 1, "five");
        return IsUnit(tokens, at + (five ? 2 : 1)) ? null : (tens + (five ? 5 : 0), five ? 2 : 1);
    }

    private static bool OneEnds(IReadOnlyList<Token> tokens, int at) =>
        at >= tokens.Count
        || _behindOne.Any(tokens[at].Is)
        || tokens[at].Is("o'clock")
        || Clocks.IsHalf(tokens[at])
        || DayParts.At(tokens, at) is not null
        || tokens[at].Text is ['ל' or 'ש', ..];

    private static (int Hour, int Length)? HourOrNumber(IReadOnlyList<Token> tokens, int at, string prefix)
    {
        if (Hour(tokens, at, prefix) is { } word)
        {
            return word;
        }
        var skip = prefix.Length > 0 && Is(tokens, at, prefix) ? 1 : 0;
        return
            skip == (prefix.Length > 0 ? 1 : 0)
            && at + skip < tokens.Count
            && tokens[at + skip] is { Kind: TokenKind.Number, Text.Length: <= 2 } number
            && int.TryParse(number.Text, out var hour)
            && hour is >= 1 and <= 12
            ? (hour, skip + 1)
            : null;
    }

    private static (int Hour, int Length)? Hour(IReadOnlyList<Token> tokens, int at, string prefix)
    {
        var word = Bare(tokens, at, prefix);
        var index = word is null ? -1 : Array.FindIndex(_hours, names => names.Contains(word));
        if (index < 0)
        {
            return null;
        }
        return index < 2 && Is(tokens, at + 1, "עשרה") ? (index + 11, 2) : (index + 1, 1);
    }

    // The word without the prefix, which must be there.
    private static string? Bare(IReadOnlyList<Token> tokens, int at, string prefix) =>
        at < tokens.Count
        && tokens[at] is { Kind: TokenKind.Word } token
        && token.Text.StartsWith(prefix, StringComparison.Ordinal)
            ? token.Text[prefix.Length..].ToLowerInvariant()
            : null;

    private static bool Is(IReadOnlyList<Token> tokens, int at, string word) =>
        at < tokens.Count && tokens[at].Is(word);
}
