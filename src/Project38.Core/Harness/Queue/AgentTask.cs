using Project38.Core.Storage;

namespace Project38.Core.Harness.Queue;

/// <summary>One thing that is due. Row of <c>tasks</c>; for scheduled ones also the line of the ledger.</summary>
public sealed class AgentTask : IOwned
{
    /// <summary>Assigned by the database.</summary>
    public long Id { get; set; }

    /// <inheritdoc/>
    public string TeamId { get; set; } = Team.Default;

    /// <summary>The agent it is for.</summary>
    public long AgentId { get; set; }

    /// <summary>What made it due.</summary>
    public TaskTrigger Trigger { get; set; }

    /// <summary>Where it stands.</summary>
    public AgentTaskStatus Status { get; set; }

    /// <summary>The nominal fire, or when it was started by hand. Unique per agent over scheduled tasks.</summary>
    public DateTimeOffset ScheduledAt { get; set; }

    /// <summary>Of its agent when it was made; -100 to 100, higher ones are claimed first. Default: 0.</summary>
    public int Priority { get; set; }

    /// <summary>Not claimed before this; moves with the backoff of a retry.</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>Config given with a manual start, merged over the agent's; a JSON object or null.</summary>
    public string? Config { get; set; }

    /// <summary>The time that a manual start's run is to live at; null: real time.</summary>
    public DateTimeOffset? Clock { get; set; }

    /// <summary>Whether its run only records what it would change in the world, and leaves no handoff.</summary>
    public bool DryRun { get; set; }

    /// <summary>How many runs it may have.</summary>
    public int MaxAttempts { get; set; }

    /// <summary>How many runs it has had, the current one included.</summary>
    public int Attempt { get; set; }

    /// <summary>Higher with each claim; a result with an older one is thrown away.</summary>
    public long Fence { get; set; }

    /// <summary>The node and worker that hold it; null when none does.</summary>
    public string? ClaimedBy { get; set; }

    /// <summary>Until when they hold it without a heartbeat.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>The concurrency key of its agent when it was claimed; counts while it runs. Null: none.</summary>
    public string? ConcurrencyKey { get; set; }

    /// <summary>Which of the key's places it runs on, from 1; on PostgreSQL, where claims race.</summary>
    public int? ConcurrencyPlace { get; set; }

    /// <summary>When the latest run started.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When it ended for good.</summary>
    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>What the agent returned, JSON.</summary>
    public string? Result { get; set; }

    /// <summary>Why it failed, or why it was skipped or missed.</summary>
    public string? Error { get; set; }

    /// <summary>Scheduled fires this line stands for: 1, or more where an outage missed several.</summary>
    public int Fires { get; set; } = 1;

    /// <summary>The last of <see cref="Fires"/>; null when there is one.</summary>
    public DateTimeOffset? LastFireAt { get; set; }

    /// <summary>What its runs are traced under: a W3C <c>traceparent</c>; null when nobody traced what made it due.</summary>
    public string? TraceParent { get; set; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Hidden by a person; the ledger keeps the line.</summary>
    public DateTimeOffset? HiddenAt { get; set; }
}

/// <summary>What made a task due.</summary>
public enum TaskTrigger
{
    /// <summary>A fire of the agent's schedule.</summary>
    Schedule,

    /// <summary>A person or program, through a door.</summary>
    Manual,

    /// <summary>A delivery to one of the agent's hooks; <see cref="TaskInput"/> has it.</summary>
    Webhook,

    /// <summary>The success of a task of an agent that this one follows; <see cref="TaskInput"/> has its result.</summary>
    After,
}

/// <summary>Status of a task, as the wire names it in lower case.</summary>
public enum AgentTaskStatus
{
    /// <summary>Due, or waiting for its retry.</summary>
    Pending,

    /// <summary>Claimed.</summary>
    Running,

    /// <summary>Waiting for an answer from outside; holds no process.</summary>
    Waiting,

    /// <summary>Succeeded.</summary>
    Completed,

    /// <summary>Failed, with no retry left.</summary>
    Failed,

    /// <summary>Its last run was ended at the time limit.</summary>
    Timeout,

    /// <summary>Ended by a person.</summary>
    Cancelled,

    /// <summary>A fire left out by a policy; <see cref="AgentTask.Error"/> says which.</summary>
    Skipped,

    /// <summary>A fire that nothing was there to run.</summary>
    Missed,
}

/// <summary>What the statuses mean for the queue.</summary>
public static class AgentTaskStatuses
{
    /// <summary>Statuses of a task that is not finished; what overlap looks at.</summary>
    public static IReadOnlyList<AgentTaskStatus> Open { get; } =
    [AgentTaskStatus.Pending, AgentTaskStatus.Running, AgentTaskStatus.Waiting];

    extension(AgentTaskStatus status)
    {
        /// <summary>Whether nothing more will happen to the task by itself.</summary>
        public bool IsFinished => !Open.Contains(status);
    }
}
