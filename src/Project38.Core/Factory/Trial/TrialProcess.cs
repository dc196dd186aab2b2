using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Execution.Pythons;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;

namespace Project38.Core.Factory.Trial;

/// <summary>Runs a program's tests in the sandbox, and parts what the platform could not do from what the program did.</summary>
internal sealed class TrialProcess(
    AgentProcess process,
    TrialImage image,
    PythonImages images,
    IOptions<FactoryOptions> options
)
{
    /// <summary>Gets ready what tests are tried with, for programs without packages of their own.</summary>
    public Task WarmAsync(CancellationToken cancellationToken) =>
        image.Mounts() is { } pytest
            ? process.WarmAsync(Spec(AgentProcessMode.Trial, code: "", pytest), cancellationToken)
            : Task.CompletedTask;

    /// <summary>Runs one process to its end.</summary>
    /// <param name="mode">What is done with the tests.</param>
    /// <param name="code">The program.</param>
    /// <param name="tests">Its tests; null in the mode that needs none.</param>
    /// <param name="config">The agent's config.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    public async Task<TrialEnd> RunAsync(
        AgentProcessMode mode,
        string code,
        string? tests,
        JsonObject config,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<SandboxMount> mounts = [];
        if (tests is not null)
        {
            if (image.Mounts() is not { } pytest)
            {
                return new TrialEnd.NotRun("pytest is not installed. Do: apt-get install python3-pytest");
            }

            mounts = pytest;
        }

        AgentProcessResult result;
        try
        {
            var spec = Spec(mode, code, [.. mounts, .. images.Mounts(PythonName.In(config))]) with
            {
                Tests = tests,
                Config = JsonSerializer.SerializeToElement(config),
            };
            result = await process.RunAsync(spec, cancellationToken);
        }
        catch (Exception exception) when (exception is SandboxUnavailableException or PythonImageException)
        {
            return new TrialEnd.NotRun(exception.Message);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var events = result
            .Messages.Where(message => message.Method == ReservedMethods.Trial)
            .Select(message => message.Parameters)
            .ToArray();

        // It is said when all that is ours has been loaded, and before anything of the program is.
        return events.Length == 0 || TrialEvent.Text(events[0], "event") != "started" || IsEndedFromOutside(result)
            ? new TrialEnd.NotRun($"{SandboxEnd.Describe(result.Exit, result.Log)} What is missing, p38 doctor says.")
            : new TrialEnd.Ran(result, events[1..]);
    }

    private AgentProcessSpec Spec(AgentProcessMode mode, string code, IReadOnlyList<SandboxMount> mounts) =>
        new()
        {
            Mode = mode,
            Code = code,
            Limits = new SandboxLimits { Timeout = options.Value.TrialTimeout, CpuPercent = 100 },
            Mounts = mounts,
        };

    // A session that the program broke is ended from here, too.
    private static bool IsEndedFromOutside(AgentProcessResult result) =>
        result is { Exit: SandboxExit.Killed, Session: not ToolSessionEnd.Broken };
}

/// <summary>How a trial's process ended.</summary>
internal abstract record TrialEnd
{
    private TrialEnd() { }

    /// <summary>The platform could not run it, and nothing is known of the program.</summary>
    /// <param name="Why">For a person, with what to do.</param>
    public sealed record NotRun(string Why) : TrialEnd;

    /// <summary>It ran, and what came of it is the program's doing.</summary>
    /// <param name="Result">How it ended.</param>
    /// <param name="Events">What it told, in order.</param>
    public sealed record Ran(AgentProcessResult Result, IReadOnlyList<JsonElement> Events) : TrialEnd
    {
        /// <summary>Why it never came to its end, with what to change.</summary>
        public string WhyUnfinished =>
            Result.Session is ToolSessionEnd.Broken broken
                ? $"{broken.Reason}. Tests need no tool session of their own: p38.testing stands in for it."
                : $"{SandboxEnd.Describe(Result.Exit, Result.Log)} {SandboxEnd.Advice(Result.Exit)}";
    }
}
