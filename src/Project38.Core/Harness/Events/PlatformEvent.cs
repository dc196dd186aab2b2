using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Events;

/// <summary>Something that happened, for whoever follows. Row of <c>events</c>.</summary>
/// <remarks>
/// Triggers write it (<see cref="Storage.Migrations.DatabaseRules"/>), in the statement of the change it tells of: none is
/// lost, none tells of what was rolled back, and nobody who changes a task has to think of it. It names things by number
/// and holds nothing that an agent or a person said.
/// </remarks>
public sealed class PlatformEvent : IOwned
{
    /// <summary>Assigned by the database.</summary>
    public long Id { get; set; }

    /// <summary>On PostgreSQL the transaction that wrote it; on SQLite, where there is one writer, 0.</summary>
    public long TransactionId { get; set; }

    /// <inheritdoc/>
    public string TeamId { get; set; } = Team.Default;

    /// <summary>One of <see cref="EventKinds"/>.</summary>
    public required string Kind { get; set; }

    /// <summary>The agent it is about; null: none.</summary>
    public long? AgentId { get; set; }

    /// <summary>The task it is about; null: none.</summary>
    public long? TaskId { get; set; }

    /// <summary>The message it is about; null: none.</summary>
    public long? MessageId { get; set; }

    /// <summary>Of <c>task.ended</c> the status or <c>retrying</c>, of <c>agent.changed</c> the audit's action; else null.</summary>
    public string? Detail { get; set; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>Where it stands among all events.</summary>
    public EventPosition Position => new(TransactionId, Id);
}

/// <summary>What can happen.</summary>
public static class EventKinds
{
    /// <summary>A run of a task began.</summary>
    public const string TaskStarted = "task.started";

    /// <summary>A run ended and will be followed by another, or the task ended for good.</summary>
    public const string TaskEnded = "task.ended";

    /// <summary>A fire was left out by a policy.</summary>
    public const string TaskSkipped = "task.skipped";

    /// <summary>A fire, or several of one outage, that nothing was there to run.</summary>
    public const string TaskMissed = "task.missed";

    /// <summary>An agent was made, edited, paused, deleted…</summary>
    public const string AgentChanged = "agent.changed";

    /// <summary>The inbox has a new message.</summary>
    public const string MessageNew = "message.new";

    /// <summary>Not in the table: what a follower has missed is not known any more; it reads the lists anew.</summary>
    public const string Reset = "reset";

    /// <summary>Those a follower can ask for.</summary>
    public static IReadOnlyList<string> All { get; } =
    [TaskStarted, TaskEnded, TaskSkipped, TaskMissed, AgentChanged, MessageNew];
}

internal sealed class PlatformEventMapping : IEntityTypeConfiguration<PlatformEvent>
{
    public void Configure(EntityTypeBuilder<PlatformEvent> builder)
    {
        builder.ToTable("events");
        builder.Ignore(one => one.Position);
        builder.Property(one => one.TeamId).HasMaxLength(64);
        builder.Property(one => one.Kind).HasMaxLength(32);
        builder.Property(one => one.Detail).HasMaxLength(64);
        builder.HasIndex(one => new { one.TransactionId, one.Id }).HasDatabaseName("ix_events_order");
    }
}
