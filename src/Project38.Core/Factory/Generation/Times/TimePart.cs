using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Times;

/// <summary>One thing a sentence says about time. <see cref="When"/> puts the parts together.</summary>
internal abstract record TimePart
{
    private TimePart() { }

    /// <summary>The words that said it; two that say the same in other words are equal.</summary>
    public string Words { get; init; } = "";

    public virtual bool Equals(TimePart? other) => EqualityContract == other?.EqualityContract;

    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>Every 5 minutes: a count of seconds, minutes or hours.</summary>
    public sealed record Interval(int Count, TimeUnit Unit) : TimePart;

    /// <summary>On which days: two fields of cron, and how to say it.</summary>
    public sealed record Days(string DayOfMonth, string Month, string DayOfWeek, string English, string Hebrew)
        : TimePart
    {
        public static Days Every { get; } = new("*", "*", "*", "every day", "כל יום");

        public static Days Of(IReadOnlyList<DayOfWeek> days) =>
            new(
                "*",
                "*",
                string.Join(',', days.Select(day => (int)day)),
                $"every {DayNames.Show(days, Language.English)}",
                $"כל {DayNames.Show(days, Language.Hebrew)}"
            );

        /// <summary>These days without some; null when there is nothing to leave out of them, or nothing is left.</summary>
        public Days? Without(IReadOnlyList<System.DayOfWeek> days)
        {
            var (all, left) = (Weekdays(), Weekdays().Except(days).ToArray());
            return DayOfMonth != "*" || Month != "*" || left.Length == 0 || !days.All(all.Contains)
                ? null
                : this with
                {
                    DayOfWeek = string.Join(',', left.Select(day => (int)day)),
                    English = $"{English} except {DayNames.Show(days, Language.English)}",
                    Hebrew = $"{Hebrew} חוץ מ{DayNames.Show(days, Language.Hebrew)}",
                };
        }

        // What this file itself writes: *, 1-5, 0,6.
        private System.DayOfWeek[] Weekdays() =>
            DayOfWeek switch
            {
                "*" => Enum.GetValues<System.DayOfWeek>(),
                [var from, '-', var to] =>
                [
                    .. Enum.GetValues<System.DayOfWeek>().Where(day => (int)day >= from - '0' && (int)day <= to - '0'),
                ],
                _ => [.. DayOfWeek.Split(',').Select(Enum.Parse<System.DayOfWeek>)],
            };

        public static Days OfMonth(string day, string english, string hebrew) => new(day, "*", "*", english, hebrew);
    }

    /// <summary>At a time of day, or at several that one phrase names.</summary>
    public sealed record Clock(IReadOnlyList<ClockTime> Times) : TimePart;

    /// <summary>Only between two times of day, both included.</summary>
    public sealed record Window(ClockTime From, ClockTime To, string Written) : TimePart;

    /// <summary>So many times on each day, which must be said.</summary>
    public sealed record PerDay(int Count) : TimePart;

    /// <summary>Not on these weekdays.</summary>
    public sealed record Except(IReadOnlyList<DayOfWeek> Weekdays) : TimePart;

    /// <summary>Every morning: says which 8 is meant, or 8:00 when no hour is given.</summary>
    public sealed record Part(DayPart Of) : TimePart;

    /// <summary>In a zone, by IANA name.</summary>
    public sealed record Zone(string Name) : TimePart;

    /// <summary>On one day: so many days from today.</summary>
    public sealed record OnceInDays(int Count) : TimePart;

    /// <summary>After so much time.</summary>
    public sealed record OnceIn(TimeSpan After) : TimePart;

    /// <summary>On the next such weekday, once.</summary>
    public sealed record OnceOn(DayOfWeek Day) : TimePart;

    /// <summary>On a date, once or each year.</summary>
    public sealed record OnDate(CalendarDay Day, bool EachYear) : TimePart;

    /// <summary>Understood, and impossible: why, and what to say instead.</summary>
    public sealed record Impossible(string English, string Hebrew) : TimePart;
}

internal enum TimeUnit
{
    Second,
    Minute,
    Hour,
}
