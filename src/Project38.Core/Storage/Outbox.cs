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

/// <summary>The outbox: written in the transaction of the change, taken in the transaction of what follows from it.</summary>
public static class OutboxDb
{
    extension(ProductDb db)
    {
        /// <summary>All facts, taken ones too.</summary>
        public DbSet<OutboxEntry> Outbox => db.Set<OutboxEntry>();

        /// <summary>Adds a fact to what the caller is about to save.</summary>
        /// <param name="topic">What happened.</param>
        /// <param name="payload">What its taker needs to know, JSON.</param>
        /// <param name="now">By the database's clock.</param>
        public void WriteOutbox(string topic, string payload, DateTimeOffset now) =>
            db.Outbox.Add(
                new OutboxEntry
                {
                    TeamId = Team.Default,
                    Topic = topic,
                    Payload = payload,
                    CreatedAt = now,
                }
            );

        /// <summary>Takes the oldest facts of a topic that nobody has; no two takers get the same one.</summary>
        /// <remarks>Call in a transaction: rolled back, the facts are there again; committed, they are dealt with.</remarks>
        public async Task<IReadOnlyList<OutboxEntry>> TakeOutboxAsync(
            string topic,
            int max,
            DateTimeOffset now,
            CancellationToken cancellationToken
        )
        {
            // A transaction of SQLite is alone as it is.
            var taken = db.IsPostgres
                ? db.Outbox.FromSql(
                    $"""
                    SELECT * FROM outbox WHERE topic = {topic} AND taken_at IS NULL
                    ORDER BY id LIMIT {max} FOR UPDATE SKIP LOCKED
                    """
                )
                : db.Outbox.FromSql(
                    $"SELECT * FROM outbox WHERE topic = {topic} AND taken_at IS NULL ORDER BY id LIMIT {max}"
                );
            var entries = await taken.ToListAsync(cancellationToken);
            foreach (var entry in entries)
            {
                entry.TakenAt = now;
            }
            await db.SaveChangesAsync(cancellationToken);
            return entries;
        }
    }
}
