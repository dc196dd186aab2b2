using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Storage;

namespace Project38.Core.Tools.Notifications.Channels;

/// <summary>A named destination of notifications that a person set up. Row of <c>channels</c>; it holds no secret, only names of them.</summary>
public sealed class Channel : IOwned
{
    /// <summary>Assigned by the database.</summary>
    public long Id { get; private set; }

    /// <inheritdoc/>
    public string TeamId { get; init; } = Team.Default;

    /// <summary>As agents name it, unique within the team; see <see cref="ChannelName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>What kind of destination it is.</summary>
    public required ChannelKind Kind { get; set; }

    /// <summary>Where and how, a JSON object of texts; see <see cref="ChannelSettings"/>.</summary>
    public required string Settings { get; set; }

    /// <summary>When it keeps still, as <c>22:00-07:00</c>; null: never.</summary>
    public string? QuietHours { get; set; }

    /// <summary>How it gathers messages, as <c>30m</c>, <c>2h</c> or <c>08:00</c>; null: each goes by itself.</summary>
    public string? Digest { get; set; }

    /// <summary>IANA name of the zone of both.</summary>
    public required string TimeZone { get; set; }

    /// <summary>False: messages to it wait.</summary>
    public required bool Enabled { get; set; }

    /// <summary>Since when nothing got through; null: the last delivery did, or there was none.</summary>
    public DateTimeOffset? FailingSince { get; set; }

    /// <summary>Why the last delivery did not; null with <see cref="FailingSince"/>.</summary>
    public string? LastError { get; set; }

    /// <summary>Whether its owner was told that it fails.</summary>
    public bool Told { get; set; }

    /// <summary>Until when its peer asked to be left alone; null: it did not. A change of the channel ends it.</summary>
    public DateTimeOffset? LeftAloneUntil { get; set; }

    /// <summary>Who set it up, or changed it last.</summary>
    public required string ChangedBy { get; set; }

    /// <summary>When it was set up, by the database's clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was set up or changed last, by the database's clock.</summary>
    public required DateTimeOffset ChangedAt { get; set; }
}

internal sealed class ChannelMapping : IEntityTypeConfiguration<Channel>
{
    public void Configure(EntityTypeBuilder<Channel> builder)
    {
        builder.ToTable("channels");
        builder.Property(channel => channel.TeamId).HasMaxLength(64);
        builder.Property(channel => channel.Name).HasMaxLength(ChannelName.MaxLength);
        builder.Property(channel => channel.QuietHours).HasMaxLength(16);
        builder.Property(channel => channel.Digest).HasMaxLength(16);
        builder.Property(channel => channel.TimeZone).HasMaxLength(64);
        builder.Property(channel => channel.LastError).HasMaxLength(Deliveries.Delivery.MaxError);
        builder.Property(channel => channel.ChangedBy).HasMaxLength(255);
        builder.HasIndex(channel => new { channel.TeamId, channel.Name }).IsUnique();
    }
}

/// <summary>The table of channels.</summary>
public static class ChannelsDb
{
    extension(ProductDb db)
    {
        /// <summary>All channels of all teams; the inbox, which is always there, is none of them.</summary>
        public DbSet<Channel> Channels => db.Set<Channel>();
    }
}
