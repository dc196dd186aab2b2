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
    /// <summary>The part of the day, where only that was named and its usual hour stands in; null: an hour was named.</summary>
    public DayPart? Usual { get; init; }

    /// <summary>Whether it may be meant twelve hours later: 8, 11:30.</summary>
    public bool Bare => !Said && Hour is >= 1 and <= 12;

    public bool Possible => Hour is >= 0 and <= 23 && Minute is >= 0 and <= 59;

    public override string ToString() => $"{Hour:00}:{Minute:00}";
}

/// <summary>Times of day: 8, 20:30, 8 pm, 8 in the evening, noon.</summary>
internal static class Clocks
{
    /// <summary>A time of day where one is expected, so that a bare 8 is one: a <see cref="ClockTime"/>.</summary>
    public static (object Value, int Length)? Read(IReadOnlyList<Token> tokens, int at) => One(tokens, at, "");

    /// <summary>A time in Hebrew words with its "from" or "to" attached, as משמונה: a <see cref="ClockTime"/>.</summary>
    public static (object Value, int Length)? ReadFrom(IReadOnlyList<Token> tokens, int at) => One(tokens, at, "מ");

    /// <inheritdoc cref="ReadFrom"/>
    public static (object Value, int Length)? ReadTo(IReadOnlyList<Token> tokens, int at) => One(tokens, at, "ל");

    /// <summary>Whether a time of day begins here that can be nothing else, as 20:30, 8pm, noon.</summary>
    public static bool IsSure(IReadOnlyList<Token> tokens, int at) =>
        Read(tokens, at) is (_, var length)
        && (
            tokens[at].Kind == TokenKind.Clock
            || Named(tokens[at], "") is not null
            || tokens.Skip(at).Take(length).Any(token => token.Is("o'clock") || token.Is("past") || IsHalf(token))
        );

    /// <summary>Whether a Hebrew word has the "and" in front, and so begins something of its own: ובערב.</summary>
    public static bool IsJoined(Token token) => token.Kind == TokenKind.Word && token.Text is ['ו', ..];

    /// <summary>Whether a token is am or pm.</summary>
    public static bool IsHalf(Token token) => HalfOf(token.Text) is not null;

    private static (object Value, int Length)? One(IReadOnlyList<Token> tokens, int at, string prefix) =>
        ReadOne(tokens, at, prefix) is (var time, var length) ? (time, length) : null;

    /// <summary>A time of day and its length; null when none stands here.</summary>
    /// <param name="tokens">All tokens.</param>
    /// <param name="at">Where.</param>
    /// <param name="prefix">Hebrew letters that must stand before it, such as ב; empty: none.</param>
    public static (ClockTime Time, int Length)? ReadOne(IReadOnlyList<Token> tokens, int at, string prefix)
    {
        if (at >= tokens.Count)
        {
            return null;
        }
        var token = tokens[at];
        if (Named(token, prefix) is { } named)
        {
            return (named, 1);
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
            if (token.Kind == TokenKind.Number && HourWords.MinutesBehind(tokens, at + 1) is { } added)
            {
                (shift, length) = (added, 2);
            }
        }
        else
        {
            return null;
        }

        if (At(tokens, at + length)?.Is("o'clock") == true)
        {
            length++;
        }
        if (half is null && At(tokens, at + length) is { } next && HalfOf(next.Text) is { } behind)
        {
            half = behind;
            length++;
        }
        var part =
            At(tokens, at + length) is { } word && (IsJoined(word) || word.Gap.Length > 0)
                ? null
                : DayParts.At(tokens, at + length);
        if (half is null && part is null && token.Kind == TokenKind.Number && HourWords.IsUnit(tokens, at + length))
        {
            return null;
        }
        length += part?.Length ?? 0;
        hour = half switch
        {
            null => hour,
            _ when hour is < 1 or > 12 => -1,
            'a' => hour % 12,
            _ => (hour % 12) + 12,
        };
        var written = Words.Quote(tokens.Skip(at).Take(length));
        var clock = new ClockTime(hour, minute, written, Said: half is not null);
        if (part is (var of, _) && clock.Possible)
        {
            clock = DayParts.Settle(clock, of, written);
        }
        if (shift == 0 || !clock.Possible)
        {
            return (clock, length);
        }
        var minutes = ((clock.Hour * 60) + shift + 1440) % 1440;
        return (clock with { Hour = minutes / 60, Minute = minutes % 60 }, length);
    }

    // Noon and midnight, which are times by themselves.
    private static ClockTime? Named(Token token, string prefix) =>
        prefix.Length == 0 && (token.Is("noon") || token.Is("midday")) ? DayParts.Usual(DayPart.Noon, token.Text)
        : (prefix.Length == 0 && token.Is("midnight")) || token.Text == $"{prefix}חצות"
            ? new ClockTime(0, 0, token.Text, Said: true)
        : null;

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
}
