using System.Text.Json;

namespace Project38.Contracts;

/// <summary>What an agent's next run will receive. <c>GET /api/agents/{id}/handoff</c>.</summary>
public sealed record HandoffResponse
{
    /// <summary>The agent.</summary>
    public required long AgentId { get; init; }

    /// <summary>Number of the run that receives it.</summary>
    public required int NextRun { get; init; }

    /// <summary>Whether that run begins anew, with <c>initialize</c>: there is nothing to hand on.</summary>
    public required bool Fresh { get; init; }

    /// <summary>State of the last run that succeeded.</summary>
    public required JsonElement State { get; init; }

    /// <summary>The latest observations, oldest first.</summary>
    public required IReadOnlyList<HandoffEntryResponse> Observations { get; init; }

    /// <summary>The latest actions, oldest first.</summary>
    public required IReadOnlyList<HandoffEntryResponse> Actions { get; init; }

    /// <summary>What the older ones came to; empty when nothing was left out.</summary>
    public required string Summary { get; init; }
}

/// <summary>One thing that a run noted.</summary>
/// <param name="Run">Number of the run.</param>
/// <param name="At">By the run's clock.</param>
/// <param name="Text">What.</param>
/// <param name="Failed">Whether that run failed in the end.</param>
public sealed record HandoffEntryResponse(int Run, DateTimeOffset At, string Text, bool Failed);

/// <summary>What one run left, whole. <c>GET /api/agents/{id}/handoffs</c>.</summary>
public sealed record RunHandoffResponse
{
    /// <summary>Number of the run, within the agent.</summary>
    public required int Run { get; init; }

    /// <summary>1, 2, 3…; a higher one began anew, after a reset or a long pause.</summary>
    public required int Generation { get; init; }

    /// <summary>Whether the run succeeded; only then its state counts.</summary>
    public required bool Succeeded { get; init; }

    /// <summary>The state it committed; null when it failed.</summary>
    public required JsonElement? State { get; init; }

    /// <summary>What it saw.</summary>
    public required IReadOnlyList<NoteResponse> Observations { get; init; }

    /// <summary>What it did.</summary>
    public required IReadOnlyList<NoteResponse> Actions { get; init; }

    /// <summary>Its own summary; null when it gave none.</summary>
    public required string? Summary { get; init; }

    /// <summary>By the database's clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From then on it is history only.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>A text, and when it was noted by the run's clock.</summary>
public sealed record NoteResponse(DateTimeOffset At, string Text);
