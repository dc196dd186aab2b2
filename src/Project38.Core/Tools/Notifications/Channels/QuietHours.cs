using System.Globalization;

namespace Project38.Core.Tools.Notifications.Channels;

/// <summary>Hours of each day in which nobody is to be disturbed, by the clocks of a zone.</summary>
/// <param name="From">When they begin.</param>
/// <param name="To">When they are over: the first minute that is not quiet. Before <paramref name="From"/>, it is the next day's.</param>
/// <param name="Zone">Whose clocks.</param>
public sealed record QuietHours(TimeOnly From, TimeOnly To, TimeZoneInfo Zone)
{
    /// <summary>Reads <c>22:00-07:00</c>; null when it is not that, or the two are the same.</summary>
    public static QuietHours? TryParse(string text, TimeZoneInfo zone) =>
        text.Split('-') is [var from, var to]
        && ReadTime(from.Trim()) is { } begin
        && ReadTime(to.Trim()) is { } end
        && begin != end
            ? new QuietHours(begin, end, zone)
            : null;

    /// <summary>Whether an instant is quiet.</summary>
    public bool Contains(DateTimeOffset instant)
    {
        var time = TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, Zone).DateTime);
        return From < To ? From <= time && time < To : time >= From || time < To;
    }

    /// <summary>The first instant from this one on that is not quiet: itself, or a whole minute.</summary>
    /// <remarks>
    /// Minute by minute, and so right over every change of the clocks: what they skip and what they repeat. It is a day's minutes
    /// at most, a quarter of a millisecond, and only for a message that has hours to wait.
    /// </remarks>
    public DateTimeOffset EndFrom(DateTimeOffset instant)
    {
        while (Contains(instant))
        {
            instant = new DateTimeOffset(
                instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMinute) + TimeSpan.TicksPerMinute,
                TimeSpan.Zero
            );
        }
        return instant;
    }

    /// <summary>Reads <c>07:00</c>; null when it is no time of a day.</summary>
    internal static TimeOnly? ReadTime(string text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : null;
}
