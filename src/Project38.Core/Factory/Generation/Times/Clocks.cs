using System.Globalization;
using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Times;

/// <summary>A time of day as it was written; it may be one that no day has.</summary>
/// <param name="Hour">0 to 23 when possible.</param>
/// <param name="Minute">0 to 59 when possible.</param>
/// <param name="Written">For example <c>25:00</c> or <c>13 pm</c>.</param>
/// <param name="Said">Whether it says which half of the day is meant: 8 pm, 8 in the evening, noon.</param>
internal sealed record ClockTime(int Hour, int Minute, string Written, bool Said = false)
{
    /// <summary>Whether it may be meant twelve hours later: 8, 11:30.</summary>
    public bool Bare => !Said && Hour is >= 1 and <= 12;

    public bool Possible => Hour is >= 0 and <= 23 && Minute is >= 0 and <= 59;

    public override string ToString() => $"{Hour:00}:{Minute:00}";
}

/// <summary>A part of the day, which says which 8 o'clock is meant.</summary>
internal enum DayPart
{
    Morning,
    Afternoon,
    Evening,
    Night,
}

/// <summary>Times of day: 8, 20:30, 8 pm, 8 in the evening, noon.</summary>
internal static class Clocks
{
    private static readonly (Pattern Pattern, DayPart Part)[] _dayParts =
    [
        ("in the morning", DayPart.Morning),
        ("in the afternoon", DayPart.Afternoon),
        ("in the evening", DayPart.Evening),
        ("at night", DayPart.Night),
        ("בבוקר|בבקר", DayPart.Morning),
        ("לפנות בוקר", DayPart.Morning),
        ("אחר|אחרי הצהריים|הצהרים|צהריים", DayPart.Afternoon),
        ("אחה\"צ", DayPart.Afternoon),
        ("בצהריים|בצהרים", DayPart.Afternoon),
        ("בערב", DayPart.Evening),
        ("בלילה", DayPart.Night),
    ];

    /// <summary>A time of day where one is expected, so that a bare 8 is one: a <see cref="ClockTime"/>.</summary>
    public static (object Value, int Length)? Read(IReadOnlyList<Token> tokens, int at) => ReadOne(tokens, at, "");

    /// <summary>A time in Hebrew words with its "from" or "to" attached, as משמונה: a <see cref="ClockTime"/>.</summary>
    public static (object Value, int Length)? ReadFrom(IReadOnlyList<Token> tokens, int at) => ReadOne(tokens, at, "מ");

    /// <inheritdoc cref="ReadFrom"/>
    public static (object Value, int Length)? ReadTo(IReadOnlyList<Token> tokens, int at) => ReadOne(tokens, at, "ל");

    /// <summary>8; 8 and 20; 8, 12 and 20: a <see cref="ClockTime"/> array.</summary>
    public static (object Value, int Length)? ReadMany(IReadOnlyList<Token> tokens, int at) => Many(tokens, at, "");

    /// <summary>The same with "at" attached, as בשמונה: a <see cref="ClockTime"/> array.</summary>
    public static (object Value, int Length)? ReadAttached(IReadOnlyList<Token> tokens, int at) =>
        Many(tokens, at, "ב");

    /// <summary>Times of day that can be nothing else, as 20:30, 8pm, noon: a <see cref="ClockTime"/> array.</summary>
    public static (object Value, int Length)? ReadSure(IReadOnlyList<Token> tokens, int at) =>
        Read(tokens, at) is (_, var length)
        && (
            tokens[at].Kind == TokenKind.Clock
            || tokens[at].Is("noon")
            || tokens[at].Is("midday")
            || tokens[at].Is("midnight")
            || tokens.Skip(at).Take(length).Any(token => token.Is("o'clock") || token.Is("past") || IsHalf(token))
        )
            ? ReadMany(tokens, at)
            : null;

    /// <summary>Whether a token is am or pm.</summary>
    public static bool IsHalf(Token token) => HalfOf(token.Text) is not null;

    /// <summary>"In the evening" and its length; null when none stands here.</summary>
    public static (DayPart Part, int Length)? PartAt(IReadOnlyList<Token> tokens, int at)
    {
        foreach (var (pattern, part) in _dayParts)
        {
            if (pattern.At(tokens, at) is { } match)
            {
                return (part, match.Length);
            }
        }
        return null;
    }

    private static (object Value, int Length)? Many(IReadOnlyList<Token> tokens, int at, string prefix)
    {
        if (ReadOne(tokens, at, prefix) is not (ClockTime first, var firstLength))
        {
            return null;
        }

        // Commas count only where an "and" closes them: "at 8, 2 apples" is one time.
        var clocks = new List<ClockTime> { first };
        var end = at + firstLength;
        while (end < tokens.Count)
        {
            var and = And(tokens, end);
            var next = end + and;
            var read = ReadOne(tokens, next, "") ?? (and == 0 ? ReadOne(tokens, end, "וב") : null);
            var attached = and == 0 && tokens[end].Text.StartsWith("וב", StringComparison.Ordinal);
            if (read is not (ClockTime clock, var length) || (and == 0 && !attached && tokens[end].Gap != ","))
            {
                break;
            }
            clocks.Add(clock);
            end = next + length;
            if (and > 0 || attached)
            {
                return (Agreed(clocks, Written(tokens, at, end - at)), end - at);
            }
        }
        return ((ClockTime[])[first], firstLength);
    }

    // "8 and 10 pm" may be 8 in the morning or in the evening; "9 and 5 pm" too, for an agent that must not guess.
    private static ClockTime[] Agreed(List<ClockTime> clocks, string written) =>
        clocks[^1].Said && clocks.Any(clock => clock.Bare) ? [new ClockTime(-1, 0, written)] : [.. clocks];

    private static int And(IReadOnlyList<Token> tokens, int at)
    {
        if (tokens[at].Text is "ו" or "וב" or "ובשעה")
        {
            return 1;
        }
        return !tokens[at].Is("and") ? 0
            : At(tokens, at + 1)?.Is("at") == true ? 2
            : 1;
    }

    private static (object Value, int Length)? ReadOne(IReadOnlyList<Token> tokens, int at, string prefix)
    {
        if (at >= tokens.Count)
        {
            return null;
        }
        var token = tokens[at];
        if (prefix.Length == 0 && (token.Is("noon") || token.Is("midday")))
        {
            return (new ClockTime(12, 0, token.Text, Said: true), 1);
        }
        if (prefix.Length == 0 && token.Is("midnight"))
        {
            return (new ClockTime(0, 0, token.Text, Said: true), 1);
        }

        var (hour, minute, half, shift, length) = (0, 0, (char?)null, 0, 1);
        if (HourWords.Read(tokens, at, prefix) is { } spoken)
        {
            (hour, shift, length) = (spoken.Hour, spoken.Shift, spoken.Length);
        }
        else if (
            prefix.Length == 0
            && (token.Kind == TokenKind.Clock || (token.Kind == TokenKind.Number && token.Text.All(char.IsAsciiDigit)))
        )
        {
            (hour, minute, half) = Split(token.Text);
            if (token.Kind == TokenKind.Number && HourWords.MinutesBehind(tokens, at + 1) is { } behind)
            {
                (shift, length) = (behind, 2);
            }
        }
        else
        {
            return null;
        }

        var said = half is not null;
        if (At(tokens, at + length)?.Is("o'clock") == true)
        {
            length++;
        }
        if (half is null && At(tokens, at + length) is { } next && HalfOf(next.Text) is { } named)
        {
            (half, said) = (named, true);
            length++;
        }
        else if (half is null && PartAt(tokens, at + length) is (var part, var words))
        {
            length += words;
            hour = Within(part, hour);
            said = true;
        }
        else if (half is null && token.Kind == TokenKind.Number && HourWords.IsUnit(tokens, at + length))
        {
            return null;
        }
        hour = half switch
        {
            null => hour,
            _ when hour is < 1 or > 12 => -1,
            'a' => hour % 12,
            _ => (hour % 12) + 12,
        };
        var written = Written(tokens, at, length);
        if (shift == 0 || hour is < 0 or > 23)
        {
            return (new ClockTime(hour, minute, written, said), length);
        }
        var minutes = ((hour * 60) + shift + 1440) % 1440;
        return (new ClockTime(minutes / 60, minutes % 60, written, said), length);
    }

    /// <summary>Moves an hour of a twelve-hour clock into a part of the day; -1: there is no such hour in it.</summary>
    public static int Within(DayPart part, int hour) =>
        part switch
        {
            DayPart.Morning => hour <= 12 ? hour % 12 : -1,
            DayPart.Night when hour is 12 => 0,
            DayPart.Night when hour < 6 => hour,
            DayPart.Afternoon when hour is 11 or 12 => hour,
            _ when hour is >= 1 and < 12 => hour + 12,
            _ => hour is >= 12 and <= 23 ? hour : -1,
        };

    private static Token? At(IReadOnlyList<Token> tokens, int at) => at < tokens.Count ? tokens[at] : null;

    private static char? HalfOf(string text) =>
        text.ToLowerInvariant() switch
        {
            "am" or "a.m" or "a.m." => 'a',
            "pm" or "p.m" or "p.m." => 'p',
            _ => null,
        };

    private static (int Hour, int Minute, char? Half) Split(string text)
    {
        var digits = text.Length - text.AsSpan().TrimStart("0123456789:").Length;
        var parts = text[..digits].Split(':');
        char? half = digits < text.Length ? char.ToLowerInvariant(text[digits..].Trim()[0]) : null;
        return (Whole(parts[0]), parts.Length > 1 ? Whole(parts[1]) : 0, half);
    }

    // A number too large for an hour is an impossible hour, and never an exception.
    private static int Whole(string digits) =>
        digits.Length <= 4 ? int.Parse(digits, CultureInfo.InvariantCulture) : int.MaxValue;

    private static string Written(IReadOnlyList<Token> tokens, int at, int length) =>
        string.Join(' ', tokens.Skip(at).Take(length).Select(token => token.Text));
}
