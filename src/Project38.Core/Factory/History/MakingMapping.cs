using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Agents;
using Project38.Core.Storage;

namespace Project38.Core.Factory.History;

internal sealed class MakingMapping : IEntityTypeConfiguration<MakingRow>
{
    public void Configure(EntityTypeBuilder<MakingRow> builder)
    {
        builder.ToTable("makings");
        builder.Property(making => making.TeamId).HasMaxLength(64);
        builder.Property(making => making.Asked).HasMaxLength(Agent.MaxDescription);
        builder.Property(making => making.Stopped).HasMaxLength(1000);
        builder.Property(making => making.CreatedBy).HasMaxLength(255);
        builder.HasOne<Agent>().WithMany().HasForeignKey(making => making.AgentId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(making => new { making.AgentId, making.Id });
    }
}

internal sealed class AttemptMapping : IEntityTypeConfiguration<AttemptRow>
{
    public void Configure(EntityTypeBuilder<AttemptRow> builder)
    {
        builder.ToTable("making_attempts");
        builder.Property(attempt => attempt.Origin).HasMaxLength(255);
        builder.Property(attempt => attempt.Findings).AsJson();
        builder.Property(attempt => attempt.Failures).AsJson();
        builder.Property(attempt => attempt.Problems).AsJson();
        builder.Property(attempt => attempt.Usage).AsJson();
        builder
            .HasOne<MakingRow>()
            .WithMany(making => making.Attempts)
            .HasForeignKey(attempt => attempt.MakingId)
            .OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(attempt => new { attempt.MakingId, attempt.Number }).IsUnique();
    }
}

/// <summary>The tables of the history.</summary>
public static class HistoryDb
{
    extension(ProductDb db)
    {
        /// <summary>How agents came to be what they are, and what came to nothing.</summary>
        public DbSet<MakingRow> Makings => db.Set<MakingRow>();
    }
}
