using System.ComponentModel.DataAnnotations;

namespace Project38.Contracts;

/// <summary>A schedule to look at before anybody has it. <c>POST /api/schedules/preview</c>.</summary>
public sealed record PreviewScheduleRequest
{
    /// <summary>
    /// Cron: 5 fields, 6 with seconds before them, or a nickname as <c>@daily</c>. <c>H</c> is a value that each agent has of its own.
    /// </summary>
    [Required(AllowEmptyStrings = true), Text(200, MinimumLength = 1)]
    public string? Schedule { get; init; }

    /// <summary>IANA zone. Default: <c>UTC</c>.</summary>
    [Text(64, MinimumLength = 1)]
    public string? Timezone { get; init; }

    /// <summary>The fires after this instant; null: after now.</summary>
    public DateTimeOffset? After { get; init; }

    /// <summary>How many fires, 1 to 100. Default: 10.</summary>
    [Range(1, 100)]
    public int? Count { get; init; }
}

/// <summary>When a schedule fires.</summary>
/// <param name="Schedule">As it was given.</param>
/// <param name="Timezone">IANA zone.</param>
/// <param name="Next">Its next fires, soonest first; fewer than asked for where it ends, none where each agent has its own.</param>
/// <param name="Note">Why there are none, a sentence or two; null when there are.</param>
public sealed record SchedulePreviewResponse(
    string Schedule,
    string Timezone,
    IReadOnlyList<DateTimeOffset> Next,
    string? Note
);

/// <summary>An agent's schedule: what comes, and how it went. <c>GET /api/agents/{id}/schedule</c>.</summary>
public sealed record ScheduleResponse
{
    /// <summary>The agent.</summary>
    public required long AgentId { get; init; }

    /// <summary>Of the agent; only an <c>active</c> one fires.</summary>
    public required string Status { get; init; }

    /// <summary>Cron; null: only by hand.</summary>
    public required string? Schedule { get; init; }

    /// <summary>IANA zone of the schedule.</summary>
    public required string Timezone { get; init; }

    /// <summary>The next fires, soonest first; empty while it is not active, or has no schedule.</summary>
    public required IReadOnlyList<DateTimeOffset> Next { get; init; }

    /// <summary>Why an active agent with a schedule has no fire to come, a sentence or two; else null.</summary>
    public required string? Note { get; init; }

    /// <summary>The last lines of its ledger, newest fire first.</summary>
    public required IReadOnlyList<FireResponse> Last { get; init; }
}

/// <summary>A line of the ledger: what became of a nominal fire, or of the fires of one outage.</summary>
public sealed record FireResponse
{
    /// <summary>The task of this line.</summary>
    public required long TaskId { get; init; }

    /// <summary>The nominal fire; of several, the first.</summary>
    public required DateTimeOffset ScheduledAt { get; init; }

    /// <summary>The last of several; null when it is one.</summary>
    public required DateTimeOffset? LastFireAt { get; init; }

    /// <summary>Fires this line stands for.</summary>
    public required int Fires { get; init; }

    /// <summary>As of a task: <c>completed</c>, <c>skipped</c>, <c>missed</c>…</summary>
    public required string Status { get; init; }

    /// <summary>Seconds from the nominal fire to the start of its latest run; null when it did not run.</summary>
    public required double? LateSeconds { get; init; }

    /// <summary>Why it failed, was skipped or missed, or by how much it ran late; null when it ran in time.</summary>
    public required string? Reason { get; init; }
}
