using System.Globalization;
using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Times;

/// <summary>A day of the calendar; without a year it is the next one, or each year's.</summary>
internal sealed record CalendarDay(int Day, int Month, int? Year)
{
    /// <summary>Whether any year has it.</summary>
    public bool Possible => Month is >= 1 and <= 12 && Day >= 1 && Day <= DateTime.DaysInMonth(Year ?? 2024, Month);

    public override string ToString() => $"{Day} {Dates.MonthName(Month)}{(Year is { } year ? $" {year}" : "")}";
}

/// <summary>Dates: 24 December, December 24th 2026, 2026-12-24.</summary>
internal static class Dates
{
    private static readonly string[][] _months =
    [
        ["january", "jan", "ינואר"],
        ["february", "feb", "פברואר"],
        ["march", "mar", "מרץ"],
        ["april", "apr", "אפריל"],
        ["may", "מאי"],
        ["june", "jun", "יוני"],
        ["july", "jul", "יולי"],
        ["august", "aug", "אוגוסט"],
        ["september", "sep", "sept", "ספטמבר"],
        ["october", "oct", "אוקטובר"],
        ["november", "nov", "נובמבר"],
        ["december", "dec", "דצמבר"],
    ];

    /// <summary>The month in English, as 24 December.</summary>
    public static string MonthName(int month) => CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(month);

    /// <summary>A date: a <see cref="CalendarDay"/>.</summary>
    public static (object Value, int Length)? Read(IReadOnlyList<Token> tokens, int at)
    {
        if (tokens[at].Kind == TokenKind.Date)
        {
            var parts = tokens[at].Text.Split('-').Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToArray();
            // DateTime knows no year 0; what it cannot hold is an impossible date, not an exception.
            return (new CalendarDay(parts[0] == 0 ? 0 : parts[2], parts[1], Math.Max(1, parts[0])), 1);
        }
        if (Day(tokens, at) is { } day)
        {
            var of = at + 1 < tokens.Count && tokens[at + 1].Is("of") ? 1 : 0;
            return Month(tokens, at + 1 + of) is { } month ? WithYear(tokens, at, 2 + of, day, month) : null;
        }
        return Month(tokens, at) is { } first && Day(tokens, at + 1) is { } second
            ? WithYear(tokens, at, 2, second, first)
            : null;
    }

    private static (object, int) WithYear(IReadOnlyList<Token> tokens, int at, int length, int day, int month) =>
        at + length < tokens.Count
        && tokens[at + length] is { Kind: TokenKind.Number, Text: { Length: 4 } text }
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var year)
        && year is >= 1900 and < 2200
            ? (new CalendarDay(day, month, year), length + 1)
            : (new CalendarDay(day, month, null), length);

    private static int? Day(IReadOnlyList<Token> tokens, int at)
    {
        if (at >= tokens.Count)
        {
            return null;
        }
        if (tokens[at].Kind == TokenKind.Ordinal && Numbers.ReadOrdinal(tokens, at) is (int ordinal, _))
        {
            return ordinal;
        }
        return
            tokens[at].Kind == TokenKind.Number
            && int.TryParse(tokens[at].Text, NumberStyles.None, CultureInfo.InvariantCulture, out var day)
            ? day
            : null;
    }

    private static int? Month(IReadOnlyList<Token> tokens, int at)
    {
        var index = at < tokens.Count ? Array.FindIndex(_months, names => names.Any(tokens[at].Is)) : -1;
        return index < 0 ? null : index + 1;
    }
}
