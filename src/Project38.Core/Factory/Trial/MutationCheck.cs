using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Project38.Core.Execution;
using Project38.Core.Factory.Validation;
using Project38.Core.Factory.Validation.Checks;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;

namespace Project38.Core.Factory.Trial;

/// <summary>Whether a program's tests would see it if a condition that decides a notification were another.</summary>
internal sealed class MutationCheck(AgentProcess process, TrialImage image, IOptions<FactoryOptions> options)
{
    /// <summary>The rule of what it finds.</summary>
    public const string WeakTests = "weak-tests";

    /// <summary>Changes the conditions of a program one at a time, and runs its tests on each.</summary>
    /// <param name="code">The program, which has passed its trial.</param>
    /// <param name="tests">Its tests.</param>
    /// <param name="config">The agent's config.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    /// <returns>A warning for each condition that may be turned round without a test failing, and one when it could not run.</returns>
    public async Task<IReadOnlyList<Finding>> CheckAsync(
        string code,
        string tests,
        JsonObject config,
        CancellationToken cancellationToken
    )
    {
        if (image.Mounts() is not { } mounts)
        {
            return [NotRun("pytest is not installed.")];
        }

        var spec = new AgentProcessSpec
        {
            Mode = AgentProcessMode.Mutate,
            Code = code,
            Tests = tests,
            Config = JsonSerializer.SerializeToElement(config),
            Limits = new SandboxLimits { Timeout = options.Value.TrialTimeout, CpuPercent = 100 },
            Mounts = mounts,
        };
        AgentProcessResult result;
        try
        {
            result = await process.RunAsync(spec, cancellationToken);
        }
        catch (SandboxUnavailableException exception)
        {
            return [NotRun(exception.Message)];
        }

        cancellationToken.ThrowIfCancellationRequested();
        var events = result
            .Messages.Where(message => message.Method == ReservedMethods.Trial)
            .Select(message => message.Parameters)
            .ToArray();
        return events.Length > 0 && TextOf(events[^1], "event") == "finished"
            ? Judge(events.Where(said => TextOf(said, "event") == "mutant"))
            : [NotRun(SandboxEnd.Describe(result.Exit, result.Log))];
    }

    private static Finding[] Judge(IEnumerable<JsonElement> mutants) =>
        [
            .. mutants
                .GroupBy(mutant => (Line: LineOf(mutant), Was: TextOf(mutant, "was") ?? ""))
                .Where(condition => !condition.Any(IsKilled))
                .Select(condition => new Finding(
                    WeakTests,
                    FindingSeverity.Warning,
                    condition.Key.Line,
                    $"Whether something is told hangs on “{condition.Key.Was}”, and all tests pass as well with "
                        + $"“{TextOf(condition.First(), "became")}” in its place. Test both sides of it."
                )),
        ];

    // What it cannot read it does not take for a change that a test saw.
    private static bool IsKilled(JsonElement mutant) =>
        mutant.TryGetProperty("killed", out var killed) && killed.ValueKind == JsonValueKind.True;

    private static int? LineOf(JsonElement mutant) =>
        mutant.TryGetProperty("line", out var line)
        && line.ValueKind == JsonValueKind.Number
        && line.TryGetInt32(out var n)
            ? n
            : null;

    private static string? TextOf(JsonElement said, string name) =>
        said.ValueKind == JsonValueKind.Object
        && said.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static Finding NotRun(string why) =>
        CheckFindings.CouldNotRun("The check of the tests' strength", why) with
        {
            Severity = FindingSeverity.Warning,
            File = CheckFindings.Tests,
        };
}
