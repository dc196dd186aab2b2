using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Project38.Core.Storage;

/// <summary>A fact written with the change it follows from, for others to take later. Row of <c>outbox</c>.</summary>
public sealed class OutboxEntry : IOwned
{
    /// <summary>Assigned by the database.</summary>
    public long Id { get; set; }

    /// <inheritdoc/>
    public required string TeamId { get; set; }

    /// <summary>What happened, for example <c>approval.decided</c>; each topic has one taker.</summary>
    public required string Topic { get; set; }

    /// <summary>What the taker needs to know, JSON.</summary>
    public required string Payload { get; set; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When its taker had dealt with it; null: not yet.</summary>
    public DateTimeOffset? TakenAt { get; set; }
}

internal sealed class OutboxEntryMapping : IEntityTypeConfiguration<OutboxEntry>
{
    public void Configure(EntityTypeBuilder<OutboxEntry> builder)
    {
        builder.ToTable("outbox");
        builder.Property(entry => entry.TeamId).HasMaxLength(64);
        builder.Property(entry => entry.Topic).HasMaxLength(64);
        builder.HasIndex(entry => new { entry.Topic, entry.Id }).HasFilter("taken_at IS NULL");
    }
}

/// <summary>The outbox's table.</summary>
public static class OutboxDb
{
    extension(ProductDb db)
    {
        /// <summary>Facts to be taken.</summary>
        public DbSet<OutboxEntry> Outbox => db.Set<OutboxEntry>();
    }
}
