using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Project38.Server.McpEndpoint;

/// <summary>Arguments of <c>run_agent</c>.</summary>
internal sealed record RunAgentArguments
{
    [Required, Description("The agent's number.")]
    public long? AgentId { get; init; }

    [Description("Laid over the agent's config for this run alone.")]
    public JsonElement? Config { get; init; }

    [Description("True: nothing is sent or written; what it would have done is recorded. Default: false.")]
    public bool? DryRun { get; init; }

    [
        Range(0, 600, ErrorMessage = "must be a number of seconds from 0 to 600"),
        Description("How long to wait for its end; it goes on without you. Default: 60.")
    ]
    public int? WaitSeconds { get; init; }
}

/// <summary>Arguments of <c>follow_task</c>.</summary>
internal sealed record FollowTaskArguments
{
    [Required, Description("The task's number.")]
    public long? TaskId { get; init; }

    [
        Range(0, 600, ErrorMessage = "must be a number of seconds from 0 to 600"),
        Description("How long to wait for its end. Default: 60.")
    ]
    public int? WaitSeconds { get; init; }
}

/// <summary>Names a task.</summary>
internal sealed record TaskArguments
{
    [Required, Description("The task's number.")]
    public long? TaskId { get; init; }
}

/// <summary>Arguments of <c>list_tasks</c>.</summary>
internal sealed record ListTasksArguments : PageArguments
{
    [Description("Only this agent's.")]
    public long? AgentId { get; init; }

    [AllowedValues(
        null,
        "pending",
        "running",
        "waiting",
        "completed",
        "failed",
        "timeout",
        "cancelled",
        "skipped",
        "missed",
        ErrorMessage = "must be 'pending', 'running', 'waiting', 'completed', 'failed', 'timeout', 'cancelled', 'skipped' or 'missed'"
    )]
    [Description("Only those of this status.")]
    public string? Status { get; init; }
}

/// <summary>Arguments of <c>list_messages</c>.</summary>
internal sealed record ListMessagesArguments : PageArguments
{
    [Description("Only this agent's.")]
    public long? AgentId { get; init; }

    [Description("True: only what nobody has read. Default: false.")]
    public bool? Unread { get; init; }
}
