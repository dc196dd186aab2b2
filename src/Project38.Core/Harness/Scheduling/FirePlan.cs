using Project38.Core.Agents;

namespace Project38.Core.Harness.Scheduling;

/// <summary>What one tick writes for one agent: the lines of its ledger, and when it is due again.</summary>
/// <param name="Lines">Oldest first; together they account for every fire that was due, each once.</param>
/// <param name="NextFire">The first fire that no line accounts for; null when the schedule never fires again.</param>
internal sealed record FirePlan(IReadOnlyList<FireLine> Lines, DateTimeOffset? NextFire);

/// <summary>One line of the ledger, before it is written.</summary>
internal abstract record FireLine
{
    private FireLine() { }

    /// <summary>A fire that becomes a pending task.</summary>
    public sealed record Due(DateTimeOffset At) : FireLine;

    /// <summary>A fire left out, because the one before is not finished.</summary>
    public sealed record Skipped(DateTimeOffset At, string Reason) : FireLine;

    /// <summary>The fires of one outage that nothing was there to run, or that are too late to be run.</summary>
    public sealed record Missed(DateTimeOffset First, DateTimeOffset Last, int Fires, string Reason) : FireLine;
}

/// <summary>What an agent and the platform want done with late and overlapping fires.</summary>
internal sealed record FirePolicy
{
    /// <summary>What to do with fires that were due while nothing ran them.</summary>
    public required MisfirePolicy Misfire { get; init; }

    /// <summary>What to do with a fire while a task of the agent is not finished.</summary>
    public required OverlapPolicy Overlap { get; init; }

    /// <summary>The agent's oldest task that is not finished; null when all are.</summary>
    public required long? OpenTask { get; init; }

    /// <summary>See <see cref="SchedulerOptions.MisfireGrace"/>.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>How late a fire may be and still run, whatever <see cref="Misfire"/> says; null: never too late.</summary>
    /// <remarks>What is within <see cref="Grace"/> is not late: no tick comes at the instant itself.</remarks>
    public required TimeSpan? CatchUp { get; init; }

    /// <summary>See <see cref="SchedulerOptions.CatchUpLimit"/>.</summary>
    public required int CatchUpLimit { get; init; }

    /// <summary>See <see cref="SchedulerOptions.FiresPerTick"/>.</summary>
    public required int FiresPerTick { get; init; }
}
