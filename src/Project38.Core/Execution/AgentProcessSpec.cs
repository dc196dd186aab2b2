using System.Text.Json;
using Project38.Core.Execution.Records;
using Project38.Core.Handoffs;
using Project38.Core.Tools;
using Project38.Core.Tools.Records;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;

namespace Project38.Core.Execution;

/// <summary>What the runner does with the program (docs/architecture/tool-session.md, "Modes").</summary>
public enum AgentProcessMode
{
    /// <summary>Runs it for real.</summary>
    Run,

    /// <summary>Runs its tests against stand-ins.</summary>
    Trial,

    /// <summary>Runs its tests again and again, on changes of the program.</summary>
    Mutate,

    /// <summary>Constructs, initialises and executes it against stand-ins.</summary>
    Smoke,
}

/// <summary>One process of the runner, asked for.</summary>
public sealed record AgentProcessSpec
{
    /// <summary>What the runner does.</summary>
    public required AgentProcessMode Mode { get; init; }

    /// <summary>The program, as <c>/app/agent.py</c>.</summary>
    public required string Code { get; init; }

    /// <summary>Its tests, as <c>/app/test_agent.py</c>; null: there are none.</summary>
    public string? Tests { get; init; }

    /// <summary>The agent's config, a JSON object. Default: <c>{}</c>.</summary>
    public JsonElement Config { get; init; } = JsonElement.Parse("{}");

    /// <summary>The number of the run. Default: 1.</summary>
    public int RunNumber { get; init; } = 1;

    /// <summary>What the runs before left; null: there is none.</summary>
    public HandoffView? Handoff { get; init; }

    /// <summary>The run's clock; null: real time.</summary>
    public DateTimeOffset? Clock { get; init; }

    /// <summary>Clock and chance where they are kept; null: they are the machine's.</summary>
    public RunRecording? Recording { get; init; }

    /// <summary>What it may consume.</summary>
    public SandboxLimits Limits { get; init; } = new();

    /// <summary>Its tools. Default: none.</summary>
    public ToolSessionSpec Tools { get; init; } = ToolSessionSpec.WithoutTools;

    /// <summary>Looks at it while it goes on; null: nobody does.</summary>
    public WatchRun? Watch { get; init; }

    /// <summary>More of the host, read-only, for example <c>/trial</c>. The library <c>/p38</c> is always there.</summary>
    public IReadOnlyList<SandboxMount> Mounts { get; init; } = [];
}

/// <summary>How a process of the runner ended, and all it said.</summary>
/// <param name="Exit">How the sandbox saw it end.</param>
/// <param name="Log">What it printed, up to the log limit.</param>
/// <param name="Session">How its tool session ended.</param>
/// <param name="Steps">Its tool calls, in order.</param>
/// <param name="Messages">Its reserved messages, in the order they were sent; at most one is a last one.</param>
public sealed record AgentProcessResult(
    SandboxExit Exit,
    string Log,
    ToolSessionEnd Session,
    IReadOnlyList<RunStep> Steps,
    IReadOnlyList<ReservedMessage> Messages
)
{
    /// <summary>What is kept of its calls; null: nothing is.</summary>
    internal RecordedCalls? Record { get; init; }

    /// <summary>The last message of a run or a check; null when it never came.</summary>
    public ReservedMessage? Last =>
        Messages.LastOrDefault(message => message.Method is ReservedMethods.Finish or ReservedMethods.Findings);
}
