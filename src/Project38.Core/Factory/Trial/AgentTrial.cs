using System.Text.Json.Nodes;
using Project38.Core.Execution;
using Project38.Core.Factory.Validation;
using Project38.Core.Factory.Validation.Checks;

namespace Project38.Core.Factory.Trial;

/// <summary>Tries a program out in the sandbox: its own tests against stand-ins, or a smoke trial where it has none.</summary>
public sealed class AgentTrial
{
    private readonly TrialProcess _process;

    internal AgentTrial(TrialProcess process) => _process = process;

    /// <summary>Gets ready what trials are forked from. Without it the first trial does, and is started anew itself.</summary>
    public Task WarmAsync(CancellationToken cancellationToken) => _process.WarmAsync(cancellationToken);

    /// <summary>Runs the trial. A trial that cannot run has not succeeded, and a finding says why.</summary>
    /// <param name="code">The program.</param>
    /// <param name="tests">Its tests; null: a smoke trial, and the finding <c>no-tests</c>.</param>
    /// <param name="config">The agent's config.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    public async Task<TrialReport> RunAsync(
        string code,
        string? tests,
        JsonObject config,
        CancellationToken cancellationToken
    )
    {
        var smoke = tests is null;
        var mode = smoke ? AgentProcessMode.Smoke : AgentProcessMode.Trial;
        var end = await _process.RunAsync(mode, code, tests, config, cancellationToken);
        if (end is not TrialEnd.Ran ran)
        {
            return NotTried(smoke, ((TrialEnd.NotRun)end).Why);
        }

        var count = TrialCount.Of(ran.Events);
        var findings = new List<Finding>();
        if (smoke)
        {
            findings.Add(
                new Finding(
                    "no-tests",
                    FindingSeverity.Warning,
                    Line: null,
                    "It came without tests, so it was only constructed and executed once against stand-ins. "
                        + "Give it tests with --tests."
                )
            );
        }
        else if (count.Finished && count.Collected == 0)
        {
            findings.Add(Error("no-tests", "No test was found in it. Tests are functions named test_…"));
        }
        if (!count.Finished)
        {
            findings.Add(Error("trial-unfinished", $"The test session never finished: {ran.WhyUnfinished}"));
        }
        return new TrialReport(
            smoke,
            count.Collected,
            count.Passed,
            count.Failures,
            count.Finished,
            ran.Result.Log,
            ran.Result.Exit,
            findings
        )
        {
            Names = count.Names,
        };
    }

    private static TrialReport NotTried(bool smoke, string why) =>
        new(smoke, 0, 0, [], Finished: false, Log: "", Exit: null, [CheckFindings.CouldNotRun("The trial", why)]);

    private static Finding Error(string rule, string message) =>
        new(rule, FindingSeverity.Error, Line: null, message, CheckFindings.Tests);
}
