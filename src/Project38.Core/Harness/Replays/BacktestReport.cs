using Project38.Core.Execution;
using Project38.Core.Tools;

namespace Project38.Core.Harness.Replays;

/// <summary>What came of executing a version over the recorded runs of its agent.</summary>
public abstract record BacktestAnswer
{
    private BacktestAnswer() { }

    /// <summary>It was executed.</summary>
    public sealed record Done(BacktestReport Report) : BacktestAnswer;

    /// <summary>There is no such agent.</summary>
    public sealed record NoAgent : BacktestAnswer;

    /// <summary>The agent has no such version.</summary>
    public sealed record NoVersion(int Number) : BacktestAnswer;

    /// <summary>It cannot be executed, and why.</summary>
    public sealed record Refused(string Reason) : BacktestAnswer;

    /// <summary>Another is under way.</summary>
    public sealed record Busy : BacktestAnswer;
}

/// <summary>A version, executed over recorded runs and without the world.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Runs">Those that were executed, newest first.</param>
/// <param name="Skipped">How many of the last recorded runs were left out: their record is cut, or they were killed.</param>
/// <param name="NotReached">How many were left when the time was over.</param>
public sealed record BacktestReport(int Version, IReadOnlyList<BacktestRun> Runs, int Skipped, int NotReached);

/// <summary>How a recorded run goes with another version.</summary>
public enum BacktestStatus
{
    /// <summary>It ends alike, returns the same and changes the same in the world.</summary>
    Same,

    /// <summary>It ends well, with another result or with other changes in the world.</summary>
    Changed,

    /// <summary>It asked for what is not in the record, and was ended there.</summary>
    Diverged,

    /// <summary>It fails, and had not; or fails otherwise.</summary>
    Failed,
}

/// <summary>A recorded run beside what it is with the version.</summary>
/// <param name="Run">As it was.</param>
/// <param name="Again">As it is with the version; its numbers are those of the run.</param>
/// <param name="Status">How they compare.</param>
/// <param name="Divergence">Where it diverged, and what it asked there; null: nowhere.</param>
/// <param name="Appeared">What it would change in the world, and the run had not. The outcome is <c>recorded</c>, or how it was refused.</param>
/// <param name="Gone">What the run had changed in the world, and it does not. Empty where it diverged: nobody knows what would have followed.</param>
public sealed record BacktestRun(
    AgentRun Run,
    AgentRun Again,
    BacktestStatus Status,
    string? Divergence,
    IReadOnlyList<BacktestCall> Appeared,
    IReadOnlyList<BacktestCall> Gone
);

/// <summary>A call that changes the world.</summary>
/// <param name="Tool">Full name.</param>
/// <param name="Arguments">As <see cref="RunStep.Arguments"/>.</param>
/// <param name="Outcome">As <see cref="RunStep.Outcome"/>.</param>
public sealed record BacktestCall(string Tool, string Arguments, string Outcome);
