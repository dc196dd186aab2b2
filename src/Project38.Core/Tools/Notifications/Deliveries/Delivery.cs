using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Core.Tools.Notifications.Sending;

namespace Project38.Core.Tools.Notifications.Deliveries;

/// <summary>How far a message is on its way.</summary>
public enum DeliveryStatus
{
    /// <summary>Due, or being sent, or to be tried again.</summary>
    Pending,

    /// <summary>Waits for the end of quiet hours, for its digest, or for its channel to be switched on.</summary>
    Held,

    /// <summary>The peer has said that it has it.</summary>
    Sent,

    /// <summary>It will not be tried again.</summary>
    Failed,
}

/// <summary>A message on its way to a channel. Row of <c>deliveries</c>, written in the commit of the message.</summary>
/// <remarks>
/// A claim moves <see cref="NextAttemptAt"/> to the end of its lease and counts <see cref="Attempts"/> up, which is its fence: one
/// that dies with its node is due again by itself, and who comes late with a result changes nothing.
/// </remarks>
public sealed class Delivery : IOwned
{
    /// <summary>The most characters of an error.</summary>
    public const int MaxError = 500;

    /// <summary>What is said of those whose channel was taken away.</summary>
    internal const string ChannelIsGone = "The channel was removed.";

    private static readonly DeliveryStatus[] Waiting = [DeliveryStatus.Pending, DeliveryStatus.Held];

    /// <summary>Assigned by the database.</summary>
    public long Id { get; private set; }

    /// <inheritdoc/>
    public required string TeamId { get; init; }

    /// <summary>What is delivered.</summary>
    public long MessageId { get; private set; }

    /// <summary>The row of <see cref="MessageId"/>, where it was read or written with this one.</summary>
    public InboxMessage Message { get; init; } = null!;

    /// <summary>Name of the channel.</summary>
    public required string Channel { get; init; }

    /// <summary>That of the call: unique for each channel.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>What the peer knows it by, the same at every attempt.</summary>
    public required string SendId { get; set; }

    /// <summary>The first of those that go out together with it; null: it was not begun yet.</summary>
    public long? BatchId { get; set; }

    /// <summary>How far it is.</summary>
    public required DeliveryStatus Status { get; set; }

    /// <summary>How often it was begun.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is due, or due again, by the database's clock.</summary>
    public required DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>What came of the last attempt that failed; null: none did.</summary>
    public string? LastError { get; set; }

    /// <summary>By the database's clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the peer had it; null: not yet.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>The question that its message asks; null: it asks none, or nobody can answer it there.</summary>
    public long? ApprovalId { get; private set; }

    /// <summary>What the buttons under it say back, nobody's guess; null with <see cref="ApprovalId"/>.</summary>
    public string? AnswerToken { get; private set; }

    /// <summary>A message's way to a channel.</summary>
    internal static Delivery Of(InboxMessage message, Channel channel, DateTimeOffset now)
    {
        var at = ChannelHours.Of(channel).EarliestFrom(now);
        return new Delivery
        {
            TeamId = message.TeamId,
            Message = message,
            Channel = channel.Name,
            IdempotencyKey = message.IdempotencyKey,
            SendId = NewSendId(),
            Status = at > now || !channel.Enabled ? DeliveryStatus.Held : DeliveryStatus.Pending,
            NextAttemptAt = at,
            CreatedAt = now,
        };
    }

    /// <summary>The same, with buttons that answer a question where the channel has such.</summary>
    internal static Delivery Of(InboxMessage message, Channel channel, DateTimeOffset now, long approvalId)
    {
        var delivery = Of(message, channel, now);
        if (ChannelSettings.Of(channel).HasButtons)
        {
            (delivery.ApprovalId, delivery.AnswerToken) = (approvalId, AnswerButton.NewToken());
        }
        return delivery;
    }

    /// <summary>A name that nothing was sent under.</summary>
    internal static string NewSendId() => $"msg_{Guid.NewGuid():N}";

    /// <summary>All that wait for a channel.</summary>
    internal static IQueryable<Delivery> WaitingFor(ProductDb db, string channel) =>
        db.Deliveries.Where(delivery =>
            delivery.TeamId == Team.Default && delivery.Channel == channel && Waiting.Contains(delivery.Status)
        );

    /// <summary>All that are due.</summary>
    internal static IQueryable<Delivery> Due(ProductDb db, DateTimeOffset now) =>
        db.Deliveries.Where(delivery => Waiting.Contains(delivery.Status) && delivery.NextAttemptAt <= now);
}

internal sealed class DeliveryMapping : IEntityTypeConfiguration<Delivery>
{
    public void Configure(EntityTypeBuilder<Delivery> builder)
    {
        builder.ToTable("deliveries");
        builder.Property(delivery => delivery.TeamId).HasMaxLength(64);
        builder.Property(delivery => delivery.Channel).HasMaxLength(ChannelName.MaxLength);
        builder.Property(delivery => delivery.IdempotencyKey).HasMaxLength(255);
        builder.Property(delivery => delivery.SendId).HasMaxLength(64);
        builder.Property(delivery => delivery.LastError).HasMaxLength(Delivery.MaxError);
        builder
            .HasOne(delivery => delivery.Message)
            .WithMany()
            .HasForeignKey(delivery => delivery.MessageId)
            .OnDelete(DeleteBehavior.Cascade);
        builder
            .HasIndex(delivery => new
            {
                delivery.TeamId,
                delivery.Channel,
                delivery.IdempotencyKey,
            })
            .IsUnique();
        builder.HasIndex(delivery => delivery.NextAttemptAt).HasFilter("status IN ('pending', 'held')");
        builder.HasIndex(delivery => delivery.BatchId);
        builder.Property(delivery => delivery.AnswerToken).HasMaxLength(64);
        builder.HasIndex(delivery => delivery.AnswerToken).IsUnique().HasFilter("answer_token IS NOT NULL");
        builder.HasIndex(delivery => delivery.ApprovalId).HasFilter("approval_id IS NOT NULL");
    }
}

/// <summary>The table of deliveries.</summary>
public static class DeliveriesDb
{
    extension(ProductDb db)
    {
        /// <summary>All deliveries, ended ones too.</summary>
        public DbSet<Delivery> Deliveries => db.Set<Delivery>();
    }
}
