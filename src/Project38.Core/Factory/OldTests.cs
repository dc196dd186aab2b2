using Project38.Core.Factory.Generation;
using Project38.Core.Factory.Trial;
using Project38.Core.Factory.Validation;
using Project38.Core.Factory.Validation.Checks;

namespace Project38.Core.Factory;

/// <summary>How the tests of an agent as it was did with the program that changes it.</summary>
/// <param name="Held">Names of those that passed.</param>
/// <param name="Failed">Names of those that did not; what was changed or dropped of them shows in the diff.</param>
/// <param name="Lost">Names of those that passed, and are not among the new tests.</param>
public sealed record OldTestsReport(
    IReadOnlyList<string> Held,
    IReadOnlyList<string> Failed,
    IReadOnlyList<string> Lost
)
{
    /// <summary>For a person.</summary>
    public override string ToString() =>
        Failed.Count == 0
            ? $"all {Held.Count} old tests hold"
            : $"{Held.Count} of {Held.Count + Failed.Count} old tests hold, and not {string.Join(", ", Failed)}";
}

/// <summary>Runs the tests that an agent had on the program that shall take its place.</summary>
internal sealed class OldTests(AgentTrial trial, TimeProvider clock)
{
    /// <summary>The rule of a test that holds and is gone.</summary>
    public const string LostTest = "lost-test";

    /// <summary>Runs them, and tells how they did.</summary>
    /// <param name="existing">The agent as it is; null: it is new.</param>
    /// <param name="attempt">A program that passed its own trial.</param>
    /// <param name="progress">Told when there were any.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    /// <returns>The attempt, with how they did; as it was where there are none.</returns>
    public async Task<Attempt> TryAsync(
        ExistingAgent? existing,
        Attempt attempt,
        IProgress<FactoryProgress> progress,
        CancellationToken cancellationToken
    )
    {
        if (existing?.Tests is not { } tests)
        {
            return attempt;
        }

        var started = clock.GetTimestamp();
        var agent = attempt.Agent;
        var tried = await trial.RunAsync(agent.Code, tests, agent.Config, cancellationToken);
        if (tried.Findings.FirstOrDefault(one => one.Rule == CheckFindings.Unavailable) is { } unavailable)
        {
            return attempt with { Problems = [.. attempt.Problems, unavailable] };
        }

        var failed = tried.Failures.Select(failure => failure.Test).Distinct().ToArray();
        var held = tried.Finished ? tried.Names.Except(failed).ToArray() : [];
        var report = new OldTestsReport(
            held,
            tried.Finished ? failed : [.. tried.Names.Union(failed)],
            [.. held.Except(attempt.Trial?.Names ?? [])]
        );
        progress.Report(new FactoryProgress("kept", report.ToString(), clock.GetElapsedTime(started)));
        return attempt with { OldTests = report };
    }

    /// <summary>A warning for each test that holds and is gone: a change does not take away what was proved.</summary>
    public static IEnumerable<Finding> Findings(OldTestsReport? report) =>
        (report?.Lost ?? []).Select(test => new Finding(
            LostTest,
            FindingSeverity.Warning,
            Line: null,
            $"The test {test} was there before, it still holds, and it is gone. Keep it as it was.",
            CheckFindings.Tests
        ));
}
