using System.Text.Json;
using Project38.Core.Agents;
using Project38.Core.Budgets;
using Project38.Core.Execution.Records;
using Project38.Core.Handoffs;
using Project38.Core.Tools;
using Project38.Sandbox;

namespace Project38.Core.Execution;

/// <summary>One run, asked for: what to run, with what, and what it may use. Knows no queue.</summary>
public sealed record RunRequest
{
    /// <summary>The agent; names its workspace and pays for its calls.</summary>
    public required long AgentId { get; init; }

    /// <summary>The owner of the agent.</summary>
    public required string TeamId { get; init; }

    /// <summary>The task, part of each call's idempotency key <c>task:step:hash</c>.</summary>
    public required long TaskId { get; init; }

    /// <summary>The program.</summary>
    public required string Code { get; init; }

    /// <summary>The config as the agent gets it, a JSON object.</summary>
    public required JsonElement Config { get; init; }

    /// <summary>What it may use.</summary>
    public required Manifest Grant { get; init; }

    /// <summary>What the runs before left; null: the first run, <c>initialize</c> comes first.</summary>
    public required HandoffView? Handoff { get; init; }

    /// <summary>The number of this run.</summary>
    public required int RunNumber { get; init; }

    /// <summary>What it may consume.</summary>
    public required SandboxLimits Limits { get; init; }

    /// <summary>The Python image with the packages it imports; null: the standard library only.</summary>
    public string? Python { get; init; }

    /// <summary>Whether it still owns its task.</summary>
    public required IRunLease Lease { get; init; }

    /// <summary>How far it may use some of its tools. Default: as far as any run.</summary>
    public IReadOnlyList<ToolRule> ToolRules { get; init; } = [];

    /// <summary>What its tool calls may cost. Default: nothing.</summary>
    public RunBudget Budget { get; init; } = RunBudget.Nothing;

    /// <summary>Whether tool calls that change the world are only recorded. Default: no.</summary>
    public bool DryRun { get; init; }

    /// <summary>
    /// What it goes by, and what is kept of it: calls, clock and chance. Null: nothing is kept, and it can ask nobody. Default: that.
    /// </summary>
    public RunRecording? Recording { get; init; }

    /// <summary>The run's clock; null: real time.</summary>
    public DateTimeOffset? Clock { get; init; }

    /// <summary>Looks at the run while it goes on; null: nobody does.</summary>
    public WatchRun? Watch { get; init; }
}
