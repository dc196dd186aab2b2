using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Agents;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Queue;

internal sealed class AgentTaskMapping : IEntityTypeConfiguration<AgentTask>
{
    public void Configure(EntityTypeBuilder<AgentTask> builder)
    {
        builder.ToTable("tasks");
        builder.Property(task => task.TeamId).HasMaxLength(64);
        builder.Property(task => task.ClaimedBy).HasMaxLength(255);
        builder.Property(task => task.TraceParent).HasMaxLength(55);
        builder.Property(task => task.Priority).HasDefaultValue(0);
        builder.Property(task => task.ConcurrencyKey).HasMaxLength(Concurrency.MaxKey);
        builder.Property(task => task.Fires).HasDefaultValue(1);
        builder.HasOne<Agent>().WithMany().HasForeignKey(task => task.AgentId).OnDelete(DeleteBehavior.Restrict);

        // The ledger's promise: every nominal fire has one row. Manual starts stand beside it.
        builder
            .HasIndex(task => new { task.AgentId, task.ScheduledAt })
            .IsUnique()
            .HasFilter("\"trigger\" = 'schedule'")
            .HasDatabaseName("ux_tasks_agent_fire");

        // What the claim looks at, one priority after the other: due tasks of each are a range, and those that wait for a
        // retry are not passed on the way. Partial, so that it stays as short as the work that is left.
        builder
            .HasIndex(task => new
            {
                task.Priority,
                task.NotBefore,
                task.Id,
            })
            .HasFilter("status = 'pending'")
            .HasDatabaseName("ix_tasks_pending");
        builder.HasIndex(task => task.LeaseUntil).HasFilter("status = 'running'").HasDatabaseName("ix_tasks_running");

        // One run of an agent at a time, whoever claims: the next run starts from the handoff of the one before.
        builder
            .HasIndex(task => task.AgentId, "ux_tasks_agent_running")
            .IsUnique()
            .HasFilter("status = 'running'")
            .HasDatabaseName("ux_tasks_agent_running");

        // One run on each place of a concurrency key, whoever claims. Empty where no agent has a key.
        builder
            .HasIndex(task => new { task.ConcurrencyKey, task.ConcurrencyPlace })
            .IsUnique()
            .HasFilter("status = 'running' AND concurrency_key IS NOT NULL")
            .HasDatabaseName("ux_tasks_concurrency_place");

        // What overlap looks at, and what the list of an agent's tasks reads, newest first.
        builder
            .HasIndex(task => task.AgentId)
            .HasFilter("status IN ('pending', 'running', 'waiting')")
            .HasDatabaseName("ix_tasks_agent_open");
        builder.HasIndex(task => new { task.AgentId, task.Id }).HasDatabaseName("ix_tasks_agent");
    }
}

/// <summary>The table of tasks.</summary>
public static class TasksDb
{
    extension(ProductDb db)
    {
        /// <summary>All tasks: the queue and the ledger.</summary>
        public DbSet<AgentTask> Tasks => db.Set<AgentTask>();
    }
}
