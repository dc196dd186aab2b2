using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Agents;
using Project38.Core.Storage;

namespace Project38.Core.Execution;

// No foreign key to tasks: Execution stands above Harness and does not know its table.
internal sealed class AgentRunMapping : IEntityTypeConfiguration<AgentRun>
{
    public void Configure(EntityTypeBuilder<AgentRun> builder)
    {
        builder.ToTable("runs");
        builder.Property(run => run.TeamId).HasMaxLength(64);
        builder.Property(run => run.Outcome).HasMaxLength(32);
        builder.Property(run => run.SandboxLevel).HasMaxLength(32);
        builder.HasOne<Agent>().WithMany().HasForeignKey(run => run.AgentId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<AgentVersion>().WithMany().HasForeignKey(run => run.VersionId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(run => new { run.AgentId, run.Number }).IsUnique();
        builder.HasIndex(run => run.TaskId);

        // Usage is summed from the index alone: the rows carry logs.
        builder.HasIndex(run => new
        {
            run.AgentId,
            run.EndedAt,
            run.WallSeconds,
            run.CpuSeconds,
        });
    }
}

/// <summary>The table of runs.</summary>
public static class RunsDb
{
    extension(ProductDb db)
    {
        /// <summary>All runs of all agents.</summary>
        public DbSet<AgentRun> Runs => db.Set<AgentRun>();
    }
}
