namespace Project38.Core.Factory.Generation.Times;

/// <summary>"Every hour between 9 and 17" as cron: the hours of the day in which an interval runs.</summary>
internal static class Windows
{
    /// <summary>Every so many hours, counted from the window's beginning; its end is included where they meet it.</summary>
    public static Built Hourly(
        int count,
        TimePart.Window window,
        TimePart.Days? days,
        string zone,
        string english,
        string hebrew
    )
    {
        if (Settled(window, days) is not (var from, var to))
        {
            return Unclear(window);
        }

        var length = (((to.Hour * 60) + to.Minute - (from.Hour * 60) - from.Minute + 1440) % 1440) / 60;
        var hours = Enumerable.Range(0, (length / count) + 1).Select(n => (from.Hour + (n * count)) % 24).ToArray();
        var last = new ClockTime(hours[^1], from.Minute, "");
        return Built($"{from.Minute} {Field(hours)}", from, last, days, zone, english, hebrew);
    }

    /// <summary>Every so many minutes or seconds: of whole hours, so that the last is before the window's end.</summary>
    public static Built Within(
        int count,
        TimeUnit unit,
        TimePart.Window window,
        TimePart.Days? days,
        string zone,
        string english,
        string hebrew
    )
    {
        if (Settled(window, days) is not (var from, var to))
        {
            return Unclear(window);
        }

        var step = count == 1 ? "*" : $"*/{count}";
        var lastMinute = unit == TimeUnit.Minute ? 60 - count : 59;
        if (from.Minute != 0 || (to.Minute != 0 && to.Minute < lastMinute))
        {
            return new Built(
                null,
                $"“{window.Written}” cannot be written as one cron schedule with “{english}”. Say full hours.",
                $"את “{window.Written}” אי אפשר לכתוב כלוח זמנים אחד של cron עם “{hebrew}”. אפשר לומר שעות עגולות."
            );
        }

        // One cron says whole hours: up to 17:00 is up to the last that comes before it, and that is told.
        var until = to.Minute == 0 ? (to.Hour + 23) % 24 : to.Hour;
        var hours = Enumerable
            .Range(0, ((until - from.Hour + 24) % 24) + 1)
            .Select(n => (from.Hour + n) % 24)
            .ToArray();
        var cron = unit == TimeUnit.Second ? $"{step} * {Field(hours)}" : $"{step} {Field(hours)}";
        return Built(cron, from, new ClockTime(until, lastMinute, ""), days, zone, english, hebrew);
    }

    // Null: it may be meant in two ways, or wraps round midnight on some days only.
    private static (ClockTime From, ClockTime To)? Settled(TimePart.Window window, TimePart.Days? days)
    {
        var (from, to) = (window.From, window.To);
        if (!from.Possible || !to.Possible || (from.Hour == to.Hour && from.Minute == to.Minute))
        {
            return null;
        }
        // "9 to 5 pm" begins in the morning, for 9 pm would be behind it; "8 to 10 pm" may begin at either.
        var twelve = to.Hour % 12;
        if (to.Said && from.Bare && from.Hour != 12 && from.Hour < (twelve == 0 ? 12 : twelve) && to.Hour > 12)
        {
            return null;
        }
        var backwards = (from.Hour * 60) + from.Minute > (to.Hour * 60) + to.Minute;
        if (!backwards)
        {
            return (from, to);
        }
        return
            from.Bare || (to.Bare && from.Said && from.Hour < 12) || (days is not null && days != TimePart.Days.Every)
            ? null
            : (from, to);
    }

    private static Built Built(
        string cron,
        ClockTime from,
        ClockTime last,
        TimePart.Days? days,
        string zone,
        string english,
        string hebrew
    )
    {
        var on = days is null ? "* * *" : $"{days.DayOfMonth} {days.Month} {days.DayOfWeek}";
        var limited = days is null || days == TimePart.Days.Every;
        return new When(
            $"{cron} {on}",
            zone,
            Once: false,
            $"{english} from {from} to {last}, both included" + (limited ? "" : $", {days!.English}"),
            $"{hebrew} מ-{from} עד {last}, כולל שתיהן" + (limited ? "" : $", {days!.Hebrew}")
        );
    }

    private static Built Unclear(TimePart.Window window) =>
        new(
            null,
            $"“{window.Written}” can be meant in several ways. Write both times as 8:00 and 20:00.",
            $"אפשר להבין את “{window.Written}” בכמה דרכים. אפשר לכתוב את שתי השעות כמו 8:00 ו-20:00."
        );

    // 9-17 where the hours follow each other, else each.
    private static string Field(int[] hours)
    {
        var sorted = hours.Distinct().Order().ToArray();
        return sorted.Length > 2 && sorted[^1] - sorted[0] == sorted.Length - 1
            ? $"{sorted[0]}-{sorted[^1]}"
            : string.Join(',', sorted);
    }
}
