using System.Globalization;
using Project38.Core.Agents;

namespace Project38.Core.Tools.Notifications.Channels;

/// <summary>When gathered messages go out together: every so often, or once a day.</summary>
public sealed record Digest
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private Digest() { }

    /// <summary>How often, at full multiples of it since 1970; null: once a day.</summary>
    public TimeSpan? Every { get; private init; }

    /// <summary>The cron expression of once a day, with its zone; null: every so often.</summary>
    public Schedule? Daily { get; private init; }

    /// <summary>Reads <c>30m</c>, <c>2h</c> or <c>08:00</c>; null when it is none of these, or not of a minute to a day.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="timeZone">One that <see cref="Schedule.IsZone"/> knows.</param>
    public static Digest? TryParse(string text, string timeZone)
    {
        if (QuietHours.ReadTime(text) is { } at)
        {
            var cron = $"{at.Minute} {at.Hour} * * *";
            return Schedule.TryParse(cron, timeZone, DateTimeOffset.UnixEpoch, out _) is { } daily
                ? new Digest { Daily = daily }
                : null;
        }
        if (
            text.Length is < 2 or > 5
            || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        )
        {
            return null;
        }
        var every = text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            _ => TimeSpan.Zero,
        };
        return every >= Shortest && every <= Longest ? new Digest { Every = every } : null;
    }

    /// <summary>When what comes at an instant goes out: the first time after it.</summary>
    public DateTimeOffset NextAfter(DateTimeOffset instant)
    {
        if (Every is not { } every)
        {
            return Daily!.NextAfter(instant) ?? instant;
        }
        var since = instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        return DateTimeOffset.UnixEpoch.AddTicks((since / every.Ticks + 1) * every.Ticks);
    }
}
