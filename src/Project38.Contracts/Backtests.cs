using System.ComponentModel.DataAnnotations;

namespace Project38.Contracts;

/// <summary>Over which recorded runs which version is executed. <c>POST /api/agents/{id}/backtest</c>.</summary>
public sealed record BacktestRequest
{
    /// <summary>Number of the version. Null: the newest that is proposed, else the current one.</summary>
    [Range(1, int.MaxValue, ErrorMessage = "must be 1 or more")]
    public int? Version { get; init; }

    /// <summary>How many of the last recorded runs. Null: 30.</summary>
    [Range(1, 100, ErrorMessage = "must be a number from 1 to 100")]
    public int? Last { get; init; }
}

/// <summary>A version, executed over recorded runs without the world. <c>POST /api/agents/{id}/backtest</c>.</summary>
public sealed record BacktestResponse
{
    /// <summary>The agent.</summary>
    public required long AgentId { get; init; }

    /// <summary>The version that was executed.</summary>
    public required int Version { get; init; }

    /// <summary>Runs that end alike, return the same and change the same in the world.</summary>
    public required int Same { get; init; }

    /// <summary>Runs that end well, with another result or with other changes in the world.</summary>
    public required int Changed { get; init; }

    /// <summary>Runs that asked for what is not in their record, and were ended there.</summary>
    public required int Diverged { get; init; }

    /// <summary>Runs that fail, and had not; or fail otherwise.</summary>
    public required int Failed { get; init; }

    /// <summary>Calls that change the world, notifications among them, which come anew.</summary>
    public required int Appeared { get; init; }

    /// <summary>Calls that changed the world and do not come any more.</summary>
    public required int Gone { get; init; }

    /// <summary>Recorded runs that were left out: their record is cut, or they were killed.</summary>
    public required int Skipped { get; init; }

    /// <summary>Recorded runs that were left when the time was over, five minutes.</summary>
    public required int NotReached { get; init; }

    /// <summary>Each run, newest first.</summary>
    public required IReadOnlyList<BacktestRunResponse> Runs { get; init; }
}

/// <summary>A recorded run beside what it is with the version.</summary>
public sealed record BacktestRunResponse
{
    /// <summary>The run.</summary>
    public required long RunId { get; init; }

    /// <summary>Which run of the agent, from 1.</summary>
    public required int RunNumber { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary><c>same</c>, <c>changed</c>, <c>diverged</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Where it diverged and what it asked, or why it failed; null otherwise.</summary>
    public required string? Detail { get; init; }

    /// <summary>How it had ended, as <see cref="RunResponse.Outcome"/>.</summary>
    public required string OldOutcome { get; init; }

    /// <summary>How it ends with the version.</summary>
    public required string NewOutcome { get; init; }

    /// <summary>What it had returned, JSON as text, cut after 4,096 characters; null where it is the same, or nothing.</summary>
    public required string? OldResult { get; init; }

    /// <summary>What it returns with the version; null where it is the same, or nothing.</summary>
    public required string? NewResult { get; init; }

    /// <summary>How many calls that change the world come anew.</summary>
    public required int Appeared { get; init; }

    /// <summary>How many do not come any more; 0 where it diverged, as nobody knows what would have followed.</summary>
    public required int Gone { get; init; }

    /// <summary>The first 20 that come anew.</summary>
    public required IReadOnlyList<BacktestCallResponse> AppearedCalls { get; init; }

    /// <summary>The first 20 that do not come any more.</summary>
    public required IReadOnlyList<BacktestCallResponse> GoneCalls { get; init; }
}

/// <summary>A call that changes the world, for example a notification.</summary>
public sealed record BacktestCallResponse
{
    /// <summary>Full name, for example <c>notifications.send</c>.</summary>
    public required string Tool { get; init; }

    /// <summary>What it is called with, JSON as text, at most 4 KB.</summary>
    public required string Arguments { get; init; }

    /// <summary><c>ok</c>: it was made then. <c>recorded</c>: it would be made. <c>refused</c> or <c>error</c>: it would not work.</summary>
    public required string Outcome { get; init; }
}
