using System.Globalization;

namespace Project38.Cli.Output;

/// <summary>Times and durations as people read them.</summary>
internal static class Times
{
    private static readonly TimeSpan HalfAYear = TimeSpan.FromDays(183);

    /// <summary>For example <c>Mon 23 Nov 2026 08:00</c>, with the zone where it is not the user's own.</summary>
    public static string Local(DateTimeOffset time, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(time, zone);
        var format = local.Second == 0 ? "ddd d MMM yyyy HH:mm" : "ddd d MMM yyyy HH:mm:ss";
        return local.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>For example <c>Mon 23 Nov 08:00</c>; with its year where that is more than half a year from now.</summary>
    public static string Short(DateTimeOffset time, DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(time, zone);
        var near = (time - now).Duration() < HalfAYear;
        return near ? Local(time, zone).Replace($" {local.Year} ", " ", StringComparison.Ordinal) : Local(time, zone);
    }

    /// <summary>For example <c>0.42 s</c>, <c>3 min 5 s</c>.</summary>
    public static string Took(double seconds) =>
        seconds switch
        {
            < 10 => $"{seconds:0.00} s",
            < 60 => $"{seconds:0.0} s",
            _ => $"{(int)(seconds / 60)} min {(int)(seconds % 60)} s",
        };

    /// <summary>For example <c>1.2 KB</c>.</summary>
    public static string Size(long bytes) =>
        bytes switch
        {
            < 1024 => $"{bytes} B",
            < 1024 * 1024 => $"{bytes / 1024.0:0.0} KB",
            _ => $"{bytes / 1024.0 / 1024.0:0.0} MB",
        };
}
