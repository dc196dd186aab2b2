using System.Globalization;
using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Times;

/// <summary>A time of day as it was written; it may be one that no day has.</summary>
/// <param name="Hour">0 to 23 when possible.</param>
/// <param name="Minute">0 to 59 when possible.</param>
/// <param name="Written">For example <c>25:00</c> or <c>13 pm</c>.</param>
internal sealed record ClockTime(int Hour, int Minute, string Written)
{
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
        ("בבוקר", DayPart.Morning),
        ("אחר הצהריים", DayPart.Afternoon),
        ("אחה\"צ", DayPart.Afternoon),
        ("בצהריים", DayPart.Afternoon),
        ("בערב", DayPart.Evening),
        ("בלילה", DayPart.Night),
    ];

    /// <summary>A time of day where one is expected, so that a bare 8 is one: a <see cref="ClockTime"/>.</summary>
    public static (object Value, int Length)? Read(IReadOnlyList<Token> tokens, int at)
    {
        var token = tokens[at];
        if (token.Is("noon") || token.Is("midday"))
        {
            return (new ClockTime(12, 0, token.Text), 1);
        }
        if (token.Is("midnight"))
        {
            return (new ClockTime(0, 0, token.Text), 1);
        }
        if (token.Kind != TokenKind.Clock && (token.Kind != TokenKind.Number || !token.Text.All(char.IsAsciiDigit)))
        {
            return null;
        }

        var (hour, minute, half) = Split(token.Text);
        var length = 1;
        if (At(tokens, at + length)?.Is("o'clock") == true)
        {
            length++;
        }
        if (half is null && At(tokens, at + length) is { } next && HalfOf(next.Text) is { } spoken)
        {
            half = spoken;
            length++;
        }
        else if (half is null)
        {
            foreach (var (pattern, part) in _dayParts)
            {
                if (pattern.At(tokens, at + length) is { } match)
                {
                    length += match.Length;
                    hour = Within(part, hour);
                    break;
                }
            }
        }
        hour = half switch
        {
            null => hour,
            _ when hour is < 1 or > 12 => -1,
            'a' => hour % 12,
            _ => (hour % 12) + 12,
        };
        return (new ClockTime(hour, minute, Written(tokens, at, length)), length);
    }

    /// <summary>A time of day that can be nothing else: 20:30, 8pm, noon.</summary>
    public static (object Value, int Length)? ReadSure(IReadOnlyList<Token> tokens, int at) =>
        tokens[at].Kind == TokenKind.Number
        && !(At(tokens, at + 1) is { } next && (next.Is("o'clock") || HalfOf(next.Text) is not null))
            ? null
            : Read(tokens, at);

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
