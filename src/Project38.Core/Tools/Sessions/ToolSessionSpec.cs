using Project38.Core.Agents;
using Project38.Core.Budgets;
using Project38.Core.Tools.Records;

namespace Project38.Core.Tools.Sessions;

/// <summary>One run's tool session, asked for.</summary>
public sealed record ToolSessionSpec
{
    /// <summary>What the agent may use; <see cref="Manifest.Empty"/> for checks and trials.</summary>
    public required Manifest Grant { get; init; }

    /// <summary>Who calls.</summary>
    public required RunIdentity Identity { get; init; }

    /// <summary>Whether the run still owns its task.</summary>
    public required IRunLease Lease { get; init; }

    /// <summary>How far it may use some of its tools. Default: as far as any run.</summary>
    public IReadOnlyList<ToolRule> Rules { get; init; } = [];

    /// <summary>What the run may spend. Default: nothing.</summary>
    public RunBudget Budget { get; init; } = RunBudget.Nothing;

    /// <summary>Whether calls that change the world are only recorded, and answered as if they were done. Default: no.</summary>
    public bool DryRun { get; init; }

    /// <summary>What time it is for the run when it begins; null: the real time. Default: that.</summary>
    public DateTimeOffset? Clock { get; init; }

    /// <summary>
    /// The record that the run goes by, and that is kept of it. Null: its calls are not kept, and it can ask nobody. Default: that.
    /// </summary>
    public RecordSpec? Record { get; init; }

    /// <summary>A session without any tool: what checks and trials use.</summary>
    public static ToolSessionSpec WithoutTools { get; } =
        new()
        {
            Grant = Manifest.Empty,
            Identity = new RunIdentity(AgentId: 0, Storage.Team.Default, TaskId: 0, RunNumber: 0),
            Lease = AlwaysHeld.Instance,
        };
}

/// <summary>The lease of something that is no task: it is always held.</summary>
public sealed class AlwaysHeld : IRunLease
{
    private AlwaysHeld() { }

    /// <summary>The one there is.</summary>
    public static AlwaysHeld Instance { get; } = new();

    /// <inheritdoc/>
    public bool IsHeldByClock => true;

    /// <inheritdoc/>
    public ValueTask<bool> IsHeldAsync(CancellationToken cancellationToken) => ValueTask.FromResult(true);
}
