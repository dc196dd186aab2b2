using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Times;

/// <summary>A part of the day, which says which 8 o'clock is meant.</summary>
internal enum DayPart
{
    Morning,

    /// <summary>Around 12, as Hebrew speaks of it: 11 to 16.</summary>
    Noon,
    Afternoon,
    Evening,
    Night,
}

/// <summary>Parts of the day, and the hours that belong to them.</summary>
internal static class DayParts
{
    private static readonly (Pattern Pattern, DayPart Part)[] _phrases =
    [
        ("in the morning", DayPart.Morning),
        ("in the afternoon", DayPart.Afternoon),
        ("in the evening", DayPart.Evening),
        ("at night", DayPart.Night),
        ("בבוקר|בבקר", DayPart.Morning),
        ("לפנות בוקר", DayPart.Morning),
        ("אחר|אחרי הצהריים|הצהרים|צהריים", DayPart.Afternoon),
        ("אחה\"צ", DayPart.Afternoon),
        ("בצהריים|בצהרים", DayPart.Noon),
        ("בערב", DayPart.Evening),
        ("בלילה", DayPart.Night),
    ];

    // Behind "every", "tomorrow" and "and".
    private static readonly (Pattern Pattern, DayPart Part)[] _names =
    [
        ("morning|בוקר", DayPart.Morning),
        ("צהריים|צהרים", DayPart.Noon),
        ("afternoon", DayPart.Afternoon),
        ("evening|ערב", DayPart.Evening),
        ("night|לילה", DayPart.Night),
    ];

    /// <summary>"In the evening" and its length; null when none stands here.</summary>
    public static (DayPart Part, int Length)? At(IReadOnlyList<Token> tokens, int at) => Find(_phrases, tokens, at);

    /// <summary>"Evening" and its length; null when none stands here.</summary>
    public static (DayPart Part, int Length)? NameAt(IReadOnlyList<Token> tokens, int at) => Find(_names, tokens, at);

    /// <summary>"Evening": a <see cref="DayPart"/>.</summary>
    public static (object Value, int Length)? Read(IReadOnlyList<Token> tokens, int at) =>
        NameAt(tokens, at) is (var part, var length) ? (part, length) : null;

    /// <summary>When an agent acts that is to act "in the evening", without an hour.</summary>
    public static ClockTime Usual(DayPart part, string written) =>
        new(
            part switch
            {
                DayPart.Morning => 8,
                DayPart.Noon => 12,
                DayPart.Afternoon => 15,
                DayPart.Evening => 18,
                _ => 22,
            },
            0,
            written,
            Said: true
        )
        {
            Usual = part,
        };

    /// <summary>A time that is said to be in a part of the day; an impossible one when it is not.</summary>
    /// <param name="clock">The time.</param>
    /// <param name="part">The part.</param>
    /// <param name="written">Both, as they were written.</param>
    public static ClockTime Settle(ClockTime clock, DayPart part, string written)
    {
        var hour =
            clock.Bare ? Within(part, clock.Hour)
            : Has(part, clock.Hour) ? clock.Hour
            : -1;
        return hour < 0 ? clock with { Hour = -1, Written = written } : clock with { Hour = hour, Said = true };
    }

    // An hour of a twelve-hour clock; -1: nobody speaks of such an hour in that part.
    private static int Within(DayPart part, int hour) =>
        (part, hour) switch
        {
            (DayPart.Morning or DayPart.Night, 12) => 0,
            (DayPart.Morning, _) or (DayPart.Night, <= 5) => hour,
            (DayPart.Noon, 11 or 12) or (DayPart.Afternoon, 12) => hour,
            (DayPart.Noon, <= 4) or (DayPart.Afternoon, <= 7) => hour + 12,
            (DayPart.Evening, >= 4 and < 12) or (DayPart.Night, < 12) => hour + 12,
            _ => -1,
        };

    private static bool Has(DayPart part, int hour) =>
        part switch
        {
            DayPart.Morning => hour is >= 0 and < 12,
            DayPart.Noon => hour is >= 11 and <= 16,
            DayPart.Afternoon => hour is >= 12 and <= 19,
            DayPart.Evening => hour is >= 16 and <= 23,
            _ => hour is >= 18 and <= 23 or >= 0 and <= 6,
        };

    private static (DayPart Part, int Length)? Find(
        (Pattern Pattern, DayPart Part)[] table,
        IReadOnlyList<Token> tokens,
        int at
    )
    {
        foreach (var (pattern, part) in table)
        {
            if (pattern.At(tokens, at) is { } match)
            {
                return (part, match.Length);
            }
        }
        return null;
    }
}
