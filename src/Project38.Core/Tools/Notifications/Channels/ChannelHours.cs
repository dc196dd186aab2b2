using Project38.Core.Agents;

namespace Project38.Core.Tools.Notifications.Channels;

/// <summary>When a channel may be sent to.</summary>
/// <param name="Quiet">When not; null: there is no such time.</param>
/// <param name="Digest">When gathered messages go out; null: each goes as it comes.</param>
public sealed record ChannelHours(QuietHours? Quiet, Digest? Digest)
{
    /// <summary>Those of a channel.</summary>
    public static ChannelHours Of(Channel channel)
    {
        // A zone that this machine does not know, though the one that took it did: no message is kept back for ever.
        var name = Schedule.IsZone(channel.TimeZone) ? channel.TimeZone : "UTC";
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        return new ChannelHours(
            channel.QuietHours is { } quiet ? QuietHours.TryParse(quiet, zone) : null,
            channel.Digest is { } digest ? Channels.Digest.TryParse(digest, name) : null
        );
    }

    /// <summary>When what comes at an instant may go out: after its digest, and not in quiet hours.</summary>
    public DateTimeOffset EarliestFrom(DateTimeOffset instant) =>
        AwakeFrom(Digest is null ? instant : Digest.NextAfter(instant));

    /// <summary>The first instant from this one on that is not quiet.</summary>
    public DateTimeOffset AwakeFrom(DateTimeOffset instant) => Quiet is null ? instant : Quiet.EndFrom(instant);
}
