namespace Project38.Core.Factory.Generation.Times;

/// <summary>"Every 5 minutes" as cron, which can only say what divides its hour or its day.</summary>
internal static class Intervals
{
    private static readonly string[] _units = ["second", "minute", "hour"];
    private static readonly string[] _hebrewUnits = ["שניות", "דקות", "שעות"];

    public static Built Build(
        TimePart.Interval interval,
        TimePart.Days? days,
        string zone,
        TimePart.Window? window = null
    )
    {
        var (count, unit) = Largest(interval);
        if (window is not null && unit == TimeUnit.Hour && count is >= 1 and < 24)
        {
            return Windows.Hourly(count, window, days, zone, Show(count, unit), ShowHebrew(count, unit));
        }
        var cycle = unit == TimeUnit.Hour ? 24 : 60;
        if (unit == TimeUnit.Hour && count == 24 && days is null && window is null)
        {
            return new When("0 0 * * *", zone, Once: false, "every day at 00:00", "כל יום בשעה 00:00");
        }
        if (count < 1 || cycle % count != 0 || count == cycle)
        {
            return Impossible(interval, unit, count, cycle);
        }

        if (window is not null)
        {
            return Windows.Within(count, unit, window, days, zone, Show(count, unit), ShowHebrew(count, unit));
        }
        var step = count == 1 ? "*" : $"*/{count}";
        var on = days is null ? "* * *" : $"{days.DayOfMonth} {days.Month} {days.DayOfWeek}";
        var cron = unit switch
        {
            TimeUnit.Second => $"{step} * * {on}",
            TimeUnit.Minute => $"{step} * {on}",
            _ => $"0 {step} {on}",
        };
        var limited = days is null || days == TimePart.Days.Every;
        return new When(
            cron,
            zone,
            Once: false,
            Show(count, unit) + (limited ? "" : $", {days!.English}"),
            ShowHebrew(count, unit) + (limited ? "" : $", {days!.Hebrew}")
        );
    }

    private static (int Count, TimeUnit Unit) Largest(TimePart.Interval interval)
    {
        var (count, unit) = (interval.Count, interval.Unit);
        while (unit < TimeUnit.Hour && count >= 60 && count % 60 == 0)
        {
            count /= 60;
            unit++;
        }
        return (count, unit);
    }

    // Both neighbours that cron can say, so that the user need not find them.
    private static Built Impossible(TimePart.Interval interval, TimeUnit unit, int count, int cycle)
    {
        var below = Enumerable.Range(1, cycle - 1).Where(n => cycle % n == 0 && n < count).LastOrDefault();
        var above = Enumerable.Range(1, cycle - 1).FirstOrDefault(n => cycle % n == 0 && n > count);
        var near = new List<(int Count, TimeUnit Unit)>();
        if (below > 0)
        {
            near.Add((below, unit));
        }
        if (above > 0)
        {
            near.Add((above, unit));
        }
        else if (unit < TimeUnit.Hour)
        {
            // 90 minutes: one hour and two.
            near.Clear();
            near.Add((Math.Max(1, count / 60), unit + 1));
            near.Add((Math.Max(1, count / 60) + 1, unit + 1));
        }
        var english = near.Count == 0 ? "every hour" : string.Join(" or ", near.Select(n => Show(n.Count, n.Unit)));
        var hebrew = near.Count == 0 ? "כל שעה" : string.Join(" או ", near.Select(n => ShowHebrew(n.Count, n.Unit)));
        var (said, saidHebrew) = (Plain(interval.Count, interval.Unit), ShowHebrew(interval.Count, interval.Unit));
        return new Built(
            null,
            $"“{said}” cannot be written as a cron schedule. The nearest are: {english}.",
            $"את “{saidHebrew}” אי אפשר לכתוב כלוח זמנים של cron. הקרובים: {hebrew}."
        );
    }

    private static string Show(int count, TimeUnit unit) =>
        count == 1 ? $"every {_units[(int)unit]}" : Plain(count, unit);

    private static string Plain(int count, TimeUnit unit) => $"every {count} {_units[(int)unit]}s";

    private static string ShowHebrew(int count, TimeUnit unit) =>
        (count, unit) switch
        {
            (1, TimeUnit.Second) => "כל שנייה",
            (1, TimeUnit.Minute) => "כל דקה",
            (1, TimeUnit.Hour) => "כל שעה",
            (2, TimeUnit.Hour) => "כל שעתיים",
            _ => $"כל {count} {_hebrewUnits[(int)unit]}",
        };
}
