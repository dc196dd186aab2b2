using System.ComponentModel.DataAnnotations;

namespace Project38.Contracts;

/// <summary>A manual run. <c>POST /api/tasks/execute</c>.</summary>
public sealed record ExecuteTaskRequest : ExecuteAgentRequest
{
    /// <summary>The agent.</summary>
    [Required]
    public long? AgentId { get; init; }
}

/// <summary>One thing that was or is due.</summary>
public sealed record TaskResponse
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>The agent.</summary>
    public required long AgentId { get; init; }

    /// <summary>
    /// <c>pending</c>, <c>running</c>, <c>waiting</c>, <c>completed</c>, <c>failed</c>, <c>timeout</c>,
    /// <c>cancelled</c>, <c>skipped</c> or <c>missed</c>.
    /// </summary>
    public required string Status { get; init; }

    /// <summary>The nominal fire, or when it was started by hand.</summary>
    public required DateTimeOffset ScheduledAt { get; init; }

    /// <summary>When its latest run started.</summary>
    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended for good.</summary>
    public required DateTimeOffset? CompletedAt { get; init; }

    /// <summary>What the agent returned: a string that holds JSON.</summary>
    public required string? Result { get; init; }

    /// <summary>Why it failed, was skipped or missed.</summary>
    public required string? Error { get; init; }

    /// <summary>Runs after the first.</summary>
    public required int RetryCount { get; init; }

    /// <summary>By the database's clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary><c>schedule</c>, <c>manual</c>, <c>webhook</c> or <c>after</c>.</summary>
    public required string Trigger { get; init; }

    /// <summary>Fires this line stands for: 1, or more where an outage missed several.</summary>
    public required int Fires { get; init; }

    /// <summary>Whether it only records what it would change in the world.</summary>
    public required bool DryRun { get; init; }
}

/// <summary>Tasks, counted. <c>GET /api/tasks/stats/summary</c>.</summary>
public sealed record TaskSummaryResponse
{
    /// <summary>All.</summary>
    public required long Total { get; init; }

    /// <summary>Succeeded.</summary>
    public required long Completed { get; init; }

    /// <summary>Failed or timed out.</summary>
    public required long Failed { get; init; }

    /// <summary>Running now.</summary>
    public required long Running { get; init; }

    /// <summary>Due, or waiting.</summary>
    public required long Pending { get; init; }

    /// <summary>Completed of those that ran to an end, 0 to 100; 0 when none has.</summary>
    public required double SuccessRate { get; init; }
}

/// <summary>One go at a task, as recorded.</summary>
public sealed record RunResponse
{
    /// <summary>Its number in the platform.</summary>
    public required long Id { get; init; }

    /// <summary>Its task.</summary>
    public required long TaskId { get; init; }

    /// <summary>Its agent.</summary>
    public required long AgentId { get; init; }

    /// <summary>1, 2, 3… within the agent.</summary>
    public required int Number { get; init; }

    /// <summary>1, 2, 3… within the task.</summary>
    public required int Attempt { get; init; }

    /// <summary><c>succeeded</c>, <c>failed</c>, <c>timed_out</c>, <c>out_of_memory</c>, <c>output_exceeded</c>, <c>killed</c> or <c>asked</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why it did not succeed.</summary>
    public required string? Error { get; init; }

    /// <summary><c>full</c>, <c>no-cgroup</c>…; null when the sandbox could not start.</summary>
    public required string? SandboxLevel { get; init; }

    /// <summary>By the database's clock.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>By the database's clock.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Seconds.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>Seconds of CPU; null where nothing counted them: at sandbox level <c>no-cgroup</c>.</summary>
    public required double? CpuSeconds { get; init; }

    /// <summary>Most memory at one time, in bytes; null where nothing counted it: at sandbox level <c>no-cgroup</c>.</summary>
    public required long? PeakMemoryBytes { get; init; }

    /// <summary>Bytes it printed and sent to its tools, and those of its files when it ended; null when the sandbox could not start.</summary>
    public required long? WrittenBytes { get; init; }

    /// <summary>Whether it only recorded what it would have changed in the world.</summary>
    public required bool DryRun { get; init; }

    /// <summary>What it printed, the last 256 KB.</summary>
    public required string Log { get; init; }

    /// <summary>Its tool calls, in order.</summary>
    public required IReadOnlyList<StepResponse> Steps { get; init; }
}

/// <summary>A tool call of a run.</summary>
/// <param name="Number">1, 2, 3… within the run.</param>
/// <param name="Tool">Full tool name.</param>
/// <param name="Arguments">What it was called with, cut.</param>
/// <param name="Outcome"><c>ok</c>, <c>recorded</c> (in a dry run: answered as if done), <c>refused</c> or <c>error</c>.</param>
/// <param name="Detail">For <c>refused</c> and <c>error</c>: what the agent was told.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="ErrorClass">
/// For <c>refused</c> and <c>error</c>: <c>unknown_tool</c>, <c>not_granted</c>, <c>lost</c>, <c>rate</c>, <c>budget</c>,
/// <c>arguments</c>, <c>egress</c>, <c>refused</c>, <c>failed</c>, <c>timed_out</c>, <c>cancelled</c> or <c>fault</c>.
/// </param>
/// <param name="Bytes">Of its arguments and its answer, as JSON.</param>
/// <param name="CostUsd">What it cost, in USD.</param>
public sealed record StepResponse(
    int Number,
    string Tool,
    string Arguments,
    string Outcome,
    string? Detail,
    double Seconds,
    string? ErrorClass,
    long Bytes,
    decimal CostUsd
);

/// <summary>A task and all its runs. <c>GET /api/tasks/{id}/logs</c>.</summary>
/// <param name="Task">The task.</param>
/// <param name="Runs">First run first.</param>
/// <param name="Messages">What it said to the inbox.</param>
public sealed record TaskLogsResponse(
    TaskResponse Task,
    IReadOnlyList<RunResponse> Runs,
    IReadOnlyList<InboxMessageResponse> Messages
);
