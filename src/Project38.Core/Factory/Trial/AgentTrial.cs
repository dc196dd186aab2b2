using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Project38.Core.Execution;
using Project38.Core.Factory.Validation;
using Project38.Core.Factory.Validation.Checks;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;

namespace Project38.Core.Factory.Trial;

/// <summary>Tries a program out in the sandbox: its own tests against stand-ins, or a smoke trial where it has none.</summary>
public sealed class AgentTrial
{
    private readonly AgentProcess _process;
    private readonly TrialImage _image;
    private readonly FactoryOptions _options;

    internal AgentTrial(AgentProcess process, TrialImage image, IOptions<FactoryOptions> options)
    {
        _process = process;
        _image = image;
        _options = options.Value;
    }

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
        IReadOnlyList<SandboxMount> mounts = [];
        if (!smoke)
        {
            if (_image.Mounts() is not { } image)
            {
                return NotTried(smoke, "pytest is not installed. Do: apt-get install python3-pytest");
            }
            mounts = image;
        }

        var spec = new AgentProcessSpec
        {
            Mode = smoke ? AgentProcessMode.Smoke : AgentProcessMode.Trial,
            Code = code,
            Tests = tests,
            Config = JsonSerializer.SerializeToElement(config),
            Limits = new SandboxLimits { Timeout = _options.TrialTimeout, CpuPercent = 100 },
            Mounts = mounts,
        };
        AgentProcessResult result;
        try
        {
            result = await _process.RunAsync(spec, cancellationToken);
        }
        catch (SandboxUnavailableException exception)
        {
            return NotTried(smoke, exception.Message);
        }
        cancellationToken.ThrowIfCancellationRequested();

        var count = TrialCount.Of(result.Messages);
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
            findings.Add(Error("trial-unfinished", $"The test session never finished: {Ending(result)}"));
        }
        return new TrialReport(
            smoke,
            count.Collected,
            count.Passed,
            count.Failures,
            count.Finished,
            result.Log,
            result.Exit,
            findings
        )
        {
            Names = count.Names,
        };
    }

    private static string Ending(AgentProcessResult result) =>
        result.Session is ToolSessionEnd.Broken broken ? broken.Reason : SandboxEnd.Describe(result.Exit, result.Log);

    private static TrialReport NotTried(bool smoke, string why) =>
        new(smoke, 0, 0, [], Finished: false, Log: "", Exit: null, [CheckFindings.CouldNotRun("The trial", why)]);

    private static Finding Error(string rule, string message) =>
        new(rule, FindingSeverity.Error, Line: null, message, CheckFindings.Tests);
}
