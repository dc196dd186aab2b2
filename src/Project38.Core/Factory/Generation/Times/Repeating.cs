namespace Project38.Core.Factory.Generation.Times;

/// <summary>Days that come back, at one hour or several.</summary>
internal static class Repeating
{
    /// <summary>Whether one cron means these times and no others: it acts in each of its hours at each of its minutes.</summary>
    public static bool CanSay(IReadOnlyList<ClockTime> clocks) =>
        clocks.Select(clock => (clock.Hour, clock.Minute)).Distinct().Count()
        == clocks.Select(clock => clock.Hour).Distinct().Count()
            * clocks.Select(clock => clock.Minute).Distinct().Count();

    public static Built Build(TimePart.Days days, IReadOnlyList<ClockTime> clocks, string zone) =>
        new When(
            $"{Minutes(clocks)} {Hours(clocks)} {days.DayOfMonth} {days.Month} {days.DayOfWeek}",
            zone,
            Once: false,
            $"{days.English} at {string.Join(" and ", clocks)}",
            $"{days.Hebrew} בשעה {string.Join(" ו-", clocks)}"
        );

    public static Built BuildYearly(CalendarDay day, IReadOnlyList<ClockTime> clocks, string zone) =>
        day is { Day: 29, Month: 2 }
            ? new Built(
                null,
                "29 February is not in every year. Say 28 February.",
                "ה-29 בפברואר אינו בכל שנה. אפשר לומר 28."
            )
            : Build(
                new TimePart.Days(
                    $"{day.Day}",
                    $"{day.Month}",
                    "*",
                    $"every year on {day.Day} {Dates.MonthName(day.Month)}",
                    $"כל שנה ב-{day.Day}.{day.Month}"
                ),
                clocks,
                zone
            );

    private static string Minutes(IReadOnlyList<ClockTime> clocks) =>
        string.Join(',', clocks.Select(clock => clock.Minute).Distinct().Order());

    private static string Hours(IReadOnlyList<ClockTime> clocks) =>
        string.Join(',', clocks.Select(clock => clock.Hour).Distinct().Order());
}
