using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Queue;

/// <summary>
/// What made a task due that was neither the clock nor just a person: what it may make due only once, and what it gives the
/// task's runs. Row of <c>task_inputs</c>, beside the queue, whose rows stay short.
/// </summary>
public sealed class TaskInput : IOwned
{
    /// <summary>The config key under which a run finds it.</summary>
    public const string Key = "trigger";

    /// <summary>The task; one row each at most.</summary>
    public long TaskId { get; set; }

    /// <inheritdoc/>
    public string TeamId { get; set; } = Team.Default;

    /// <summary>The task's agent.</summary>
    public long AgentId { get; set; }

    /// <summary>Unique within the agent: the delivery of a hook, for example.</summary>
    public required string Cause { get; set; }

    /// <summary>A JSON object, with its <c>kind</c>.</summary>
    public required string Trigger { get; set; }

    /// <summary>A JSON object to lay over the config of a run.</summary>
    public string ToConfig() => new JsonObject { [Key] = JsonNode.Parse(Trigger) }.ToJsonString();
}

internal sealed class TaskInputMapping : IEntityTypeConfiguration<TaskInput>
{
    public void Configure(EntityTypeBuilder<TaskInput> builder)
    {
        builder.ToTable("task_inputs");
        builder.HasKey(input => input.TaskId);
        builder.Property(input => input.TaskId).ValueGeneratedNever();
        builder.Property(input => input.TeamId).HasMaxLength(64);
        builder.Property(input => input.Cause).HasMaxLength(128);
        builder
            .HasOne<AgentTask>()
            .WithOne()
            .HasForeignKey<TaskInput>(input => input.TaskId)
            .OnDelete(DeleteBehavior.Cascade);

        // However often a cause comes, and from whichever node: one task.
        builder
            .HasIndex(input => new { input.AgentId, input.Cause })
            .IsUnique()
            .HasDatabaseName("ux_task_inputs_cause");
    }
}

/// <summary>The table of inputs.</summary>
public static class TaskInputsDb
{
    extension(ProductDb db)
    {
        /// <summary>What tasks were made due by, and get.</summary>
        public DbSet<TaskInput> TaskInputs => db.Set<TaskInput>();
    }
}
