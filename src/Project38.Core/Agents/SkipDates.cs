using Project38.Core.Storage;

namespace Project38.Core.Agents;

/// <summary>Days on which a schedule does not fire: dates, ranges of dates, weekdays.</summary>
public sealed record SkipDates
{
    /// <summary>The most entries.</summary>
    public const int Most = 100;

    private readonly string _text;
    private readonly IReadOnlyList<(DateOnly First, DateOnly Last)> _ranges;
    private readonly IReadOnlySet<DayOfWeek> _weekdays;

    private SkipDates(
        string text,
        IReadOnlyList<(DateOnly First, DateOnly Last)> ranges,
        IReadOnlySet<DayOfWeek> weekdays
    ) => (_text, _ranges, _weekdays) = (text, ranges, weekdays);

    /// <summary>No day is left out.</summary>
    public static SkipDates None { get; } = new("", [], new HashSet<DayOfWeek>());

    /// <summary>Reads entries such as <c>2026-12-25</c>, <c>2026-12-24..2026-12-26</c>, <c>saturday</c>, <c>sat</c>.</summary>
    /// <returns>Null with <paramref name="error"/> saying what is wrong and what to write.</returns>
    public static SkipDates? TryParse(IReadOnlyList<string> entries, out string? error)
    {
        List<(DateOnly, DateOnly)> ranges = [];
        HashSet<DayOfWeek> weekdays = [];
        foreach (var entry in entries)
        {
            if (Weekday(entry) is { } weekday)
            {
                weekdays.Add(weekday);
            }
            else if (Range(entry) is { } range)
            {
                ranges.Add(range);
            }
            else
            {
                error =
                    $"holds '{(entry.Length <= 40 ? entry : entry[..40] + "…")}'. Write dates such as \"2026-12-25\", ranges "
                    + "such as \"2026-12-24..2026-12-26\", the earlier day first, or weekdays such as \"saturday\".";
                return null;
            }
        }
        if (weekdays.Count == 7)
        {
            error = "leaves out every day of the week. Leave 'schedule' out for an agent that runs by hand only.";
            return null;
        }
        error = null;
        return new SkipDates(string.Join(',', entries), ranges, weekdays);
    }

    /// <summary>Up to which day, itself included, a day begins to be left out; null when it is not.</summary>
    public DateOnly? LeftOutUntil(DateOnly day)
    {
        DateOnly? until = _weekdays.Contains(day.DayOfWeek) ? day : null;
        foreach (var (first, last) in _ranges)
        {
            if (first <= day && day <= last && (until is null || last > until))
            {
                until = last;
            }
        }
        return until;
    }

    /// <inheritdoc/>
    public bool Equals(SkipDates? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    private static DayOfWeek? Weekday(string entry)
    {
        foreach (var day in Enum.GetValues<DayOfWeek>())
        {
            var name = day.ToString();
            if (
                entry.Equals(name, StringComparison.OrdinalIgnoreCase)
                || entry.Equals(name[..3], StringComparison.OrdinalIgnoreCase)
            )
            {
                return day;
            }
        }
        return null;
    }

    private static (DateOnly, DateOnly)? Range(string entry)
    {
        var ends = entry.Split("..");
        return
            ends.Length <= 2
            && ZonedTime.ReadDate(ends[0]) is { } first
            && ZonedTime.ReadDate(ends[^1]) is { } last
            && first <= last
            ? (first, last)
            : null;
    }
}
