using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Storage;

namespace Project38.Core.Audit;

/// <summary>One line of the record: who did what, on what, when. Row of <c>audit</c>, which only grows.</summary>
public sealed class AuditEntry : IOwned
{
    /// <summary>Assigned by the database.</summary>
    public long Id { get; private set; }

    /// <inheritdoc/>
    public required string TeamId { get; init; }

    /// <summary>Who: a person's or program's name, or <c>platform</c>; at most 255 characters.</summary>
    public required string Who { get; init; }

    /// <summary>What, as <c>noun.verb</c>: <c>agent.create</c>.</summary>
    public required string Action { get; init; }

    /// <summary>On what, as <c>noun:id</c>: <c>agent:12</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>By the database's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>More about it, a JSON object; never a secret.</summary>
    public required string Details { get; init; }
}

internal sealed class AuditEntryMapping : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("audit");
        builder.Property(entry => entry.TeamId).HasMaxLength(64);
        builder.Property(entry => entry.Who).HasMaxLength(255);
        builder.Property(entry => entry.Action).HasMaxLength(64);
        builder.Property(entry => entry.Subject).HasMaxLength(128);
        builder.HasIndex(entry => new { entry.Subject, entry.Id });
    }
}

/// <summary>The audit's table.</summary>
public static class AuditDb
{
    extension(ProductDb db)
    {
        /// <summary>The append-only record.</summary>
        public DbSet<AuditEntry> Audit => db.Set<AuditEntry>();
    }
}
