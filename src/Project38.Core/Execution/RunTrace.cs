using Project38.Core.Execution.Records;
using Project38.Core.Handoffs;
using Project38.Core.Tools;
using Project38.Sandbox;

namespace Project38.Core.Execution;

/// <summary>What one run of an agent left behind.</summary>
public sealed record RunTrace
{
    /// <summary>Of a run that never began.</summary>
    public static RunTrace None { get; } = new();

    /// <summary>What was printed, up to the log limit.</summary>
    public string Log { get; init; } = "";

    /// <summary>What the run used, and at which level; null when the sandbox could not start.</summary>
    public SandboxExit? Exit { get; init; }

    /// <summary>What it leaves for the next run; null when it never came to say.</summary>
    public HandoffDraft? Handoff { get; init; }

    /// <summary>Its tool calls, in order.</summary>
    public IReadOnlyList<RunStep> Steps { get; init; } = [];

    /// <summary>What it did, to be executed again; null: its calls were not kept.</summary>
    public RecordedRun? Record { get; init; }
}
