using Project38.Core.Factory.Generation;
using Project38.Core.Factory.Trial;
using Project38.Core.Factory.Validation;
using Project38.Core.Factory.Validation.Checks;

namespace Project38.Core.Factory;

/// <summary>One program, and what came of proving it.</summary>
/// <param name="Agent">It, after safe fixes and formatting.</param>
/// <param name="Report">What the checks found.</param>
/// <param name="Trial">Its trial; null when the findings made one pointless.</param>
/// <param name="Hash">See <see cref="Agents.AgentVersion.Hash"/>.</param>
internal sealed record Attempt(GeneratedAgent Agent, ValidationReport Report, TrialReport? Trial, string Hash)
{
    /// <summary>The rule of <see cref="Problems"/>.</summary>
    public const string AnswerRule = "answer";

    /// <summary>What came with the program and cannot be used, its schedule or what it declares for example; errors.</summary>
    public IReadOnlyList<Finding> Problems { get; init; } = [];

    /// <summary>Where its tests would not see a fault; warnings, and an error when that could not be found out.</summary>
    public IReadOnlyList<Finding> Weaknesses { get; init; } = [];

    /// <summary>How the tests did of the agent that it changes; null where there are none, or it is new.</summary>
    public OldTestsReport? OldTests { get; init; }

    /// <summary>Whether it may become active.</summary>
    public bool IsProved => Works && Problems.Count == 0 && Unavailable is null;

    /// <summary>What says that a check could not run, for a reason of the platform's; null: all did that had to.</summary>
    public Finding? Unavailable =>
        Whole.Findings.Concat(Trial?.Findings ?? []).FirstOrDefault(one => one.Rule == CheckFindings.Unavailable);

    /// <summary>Whether the program itself passed its checks and its trial.</summary>
    public bool Works => Report.Passed && Trial is { Succeeded: true };

    /// <summary>How near it came: proved before one that works before one that is checked before none of it, then by how little is left.</summary>
    public (bool Proved, bool Works, bool Checked, int Left) Rank => (IsProved, Works, Report.Passed, -Left);

    private int Left =>
        Report.Findings.Count(finding => finding.Severity == FindingSeverity.Error)
        + (Trial?.Failures.Count ?? 0)
        + (Trial is { Finished: false } ? 1 : 0)
        + Problems.Count
        + Weaknesses.Count;

    /// <summary>The attempt as the factory's result.</summary>
    public FactoryResult ToResult(Making making) =>
        IsProved
            ? new FactoryResult.Proved(Agent, Whole, Trial!, Hash) { Making = making, OldTests = OldTests }
            : new FactoryResult.NotProved(Agent, Whole, Trial, Hash)
            {
                Making = making,
                Works = Works,
                Unchecked = Unavailable is not null,
            };

    /// <summary>The attempt as the result of a making without a model, which makes one.</summary>
    public FactoryResult ToOnlyResult() =>
        ToResult(
            Making.WithoutModel with
            {
                Attempts = [ToReport(1)],
                Stopped = IsProved ? Making.Proved : "It was the only program to try.",
            }
        );

    /// <summary>The attempt as the history keeps it.</summary>
    public AttemptReport ToReport(int number) =>
        new()
        {
            Number = number,
            Origin = Agent.Origin,
            Code = Agent.Code,
            Tests = Agent.Tests,
            Config = Agent.Config.ToJsonString(),
            Findings = [.. Whole.Findings, .. Trial?.Findings ?? []],
            TestsFound = Trial?.Collected ?? 0,
            TestsPassed = Trial?.Passed ?? 0,
            Failures = Trial?.Failures ?? [],
            Proved = IsProved,
        };

    private ValidationReport Whole => Report with { Findings = [.. Report.Findings, .. Problems, .. Weaknesses] };
}
