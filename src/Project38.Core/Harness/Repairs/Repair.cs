using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Agents;
using Project38.Core.Harness.Queue;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Repairs;

/// <summary>An agent that was stopped because it failed, for a model to mend. Row of <c>repairs</c>, gone when that has ended.</summary>
/// <remarks>Written with the stop, in its commit: there is one for each stop, and a node that dies over it loses nothing.</remarks>
public sealed class Repair : IOwned
{
    /// <summary>Assigned by the database.</summary>
    public long Id { get; private set; }

    /// <inheritdoc/>
    public required string TeamId { get; set; }

    /// <summary>The agent.</summary>
    public required long AgentId { get; init; }

    /// <summary>The task that failed last.</summary>
    public required long TaskId { get; init; }

    /// <summary>The claim that its last run had.</summary>
    public required long Fence { get; init; }

    /// <summary>How often it was begun.</summary>
    public int Tries { get; init; }

    /// <summary>Until when nobody else begins it; null: nobody is at it.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>When the agent was stopped, by the database's clock: its <see cref="Agent.UpdatedAt"/> as long as nobody has touched it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class RepairMapping : IEntityTypeConfiguration<Repair>
{
    public void Configure(EntityTypeBuilder<Repair> builder)
    {
        builder.ToTable("repairs");
        builder.Property(repair => repair.TeamId).HasMaxLength(64);
        builder.HasOne<Agent>().WithMany().HasForeignKey(repair => repair.AgentId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<AgentTask>().WithMany().HasForeignKey(repair => repair.TaskId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>The table of repairs.</summary>
public static class RepairsDb
{
    extension(ProductDb db)
    {
        /// <summary>Repairs that have not ended.</summary>
        public DbSet<Repair> Repairs => db.Set<Repair>();
    }
}
