namespace Project38.Core.Factory.Generation.Times;

/// <summary>One moment, as cron can say it: its minute, hour, day and month.</summary>
internal sealed class Once(DateTimeOffset now, string zone)
{
    private readonly DateTime _today = TimeZoneInfo
        .ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(zone))
        .DateTime;

    public Built Build(TimePart? day, ClockTime clock)
    {
        var at = new TimeSpan(clock.Hour, clock.Minute, 0);
        var today = _today.Date;
        DateTime? moment = day switch
        {
            null => today + at > _today ? today + at : today.AddDays(1) + at,
            // Cron has no seconds: the next full minute after the moment, and never before it.
            TimePart.OnceIn { After: var after } => Ceiling(_today + Within(after)),
            TimePart.OnceInDays { Count: var count } => today.AddDays(Math.Min(count, 400)) + at,
            TimePart.OnceOn { Day: var name } => Next(today, name, at),
            TimePart.OnDate { Day: { Possible: true } date } => OnDate(today, date, at),
            _ => null,
        };
        if (moment is not { } when || when <= _today || when > _today.AddYears(1))
        {
            return new Built(
                null,
                "That time is past, more than a year away, or not in the calendar. Say one that comes within a year.",
                "הזמן הזה עבר, רחוק יותר משנה או אינו בלוח השנה. אפשר לומר זמן שיבוא בתוך שנה."
            );
        }
        return new When(
            $"{when.Minute} {when.Hour} {when.Day} {when.Month} *",
            zone,
            Once: true,
            $"once, on {when.Day} {Dates.MonthName(when.Month)} {when.Year} at {when:HH\\:mm}",
            $"פעם אחת, ב-{when.Day}.{when.Month}.{when.Year} בשעה {when:HH\\:mm}"
        );
    }

    private DateTime Next(DateTime today, DayOfWeek name, TimeSpan at)
    {
        var day = today.AddDays(((int)name - (int)today.DayOfWeek + 7) % 7) + at;
        return day > _today ? day : day.AddDays(7);
    }

    private DateTime? OnDate(DateTime today, CalendarDay date, TimeSpan at)
    {
        foreach (var year in date.Year is { } given ? (int[])[given] : [today.Year, today.Year + 1])
        {
            if (
                date.Day <= DateTime.DaysInMonth(year, date.Month)
                && new DateTime(year, date.Month, date.Day) + at > _today
            )
            {
                return new DateTime(year, date.Month, date.Day) + at;
            }
        }
        return null;
    }

    private static TimeSpan Within(TimeSpan after) => after < TimeSpan.FromDays(400) ? after : TimeSpan.FromDays(400);

    private static DateTime Ceiling(DateTime moment) =>
        new(moment.Ticks - (moment.Ticks % TimeSpan.TicksPerMinute) + TimeSpan.TicksPerMinute);
}
