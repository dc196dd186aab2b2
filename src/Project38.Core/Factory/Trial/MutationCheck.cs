using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Core.Execution;
using Project38.Core.Factory.Validation;
using Project38.Core.Factory.Validation.Checks;

namespace Project38.Core.Factory.Trial;

/// <summary>Whether a program's tests would see it if a condition that decides a notification were another.</summary>
internal sealed class MutationCheck(TrialProcess process)
{
    /// <summary>The rule of what it finds.</summary>
    public const string WeakTests = "weak-tests";

    /// <summary>Changes the conditions of a program one at a time, and runs its tests on each.</summary>
    /// <param name="code">The program, which has passed its trial.</param>
    /// <param name="tests">Its tests.</param>
    /// <param name="config">The agent's config.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    /// <returns>
    /// A warning for each condition that may be turned round without a test failing, one for tests that cannot be run so
    /// often, and an error when the platform could not run it.
    /// </returns>
    public async Task<IReadOnlyList<Finding>> CheckAsync(
        string code,
        string tests,
        JsonObject config,
        CancellationToken cancellationToken
    ) =>
        await process.RunAsync(AgentProcessMode.Mutate, code, tests, config, cancellationToken) switch
        {
            TrialEnd.NotRun(var why) =>
            [
                CheckFindings.CouldNotRun("The check of the tests' strength", why) with
                {
                    File = CheckFindings.Tests,
                },
            ],
            TrialEnd.Ran { Events: [.., var last] } ran when TrialEvent.Text(last, "event") == "finished" => Judge(
                ran.Events
            ),
            TrialEnd.Ran ran =>
            [
                AboutTests(
                    "The tests run once, and not on dozens of changes of the program, which shows whether they see a "
                        + $"fault: {ran.WhyUnfinished}"
                ),
            ],
            var end => throw new InvalidOperationException($"A trial does not end in {end}."),
        };

    private static Finding[] Judge(IReadOnlyList<JsonElement> events) =>
        [
            .. Of(events, "unsteady").Select(Unsteady),
            .. Of(events, "mutant")
                .GroupBy(mutant => (Line: TrialEvent.Number(mutant, "line"), Was: TrialEvent.Text(mutant, "was") ?? ""))
                // What it cannot read it does not take for a change that a test saw.
                .Where(condition => !condition.Any(mutant => TrialEvent.Is(mutant, "killed")))
                .Select(condition => new Finding(
                    WeakTests,
                    FindingSeverity.Warning,
                    condition.Key.Line,
                    $"Whether something is told hangs on “{condition.Key.Was}”, and all tests pass as well with "
                        + $"“{TrialEvent.Text(condition.First(), "became")}” in its place. Test both sides of it."
                )),
        ];

    private static Finding Unsteady(JsonElement said)
    {
        var names = TrialEvent.Texts(said, "tests").ToArray();
        var which = names.Length == 0 ? "they fail" : $"{string.Join(", ", names)} failed";
        var order = TrialEvent.Text(said, "order") == "reverse" ? "in the reverse order" : "in the same process";
        return AboutTests(
            $"The tests pass once, and when they run again {order}, {which}. Let each test make all that it needs "
                + "itself, and leave nothing behind: no files, no variables of a module, no order."
        );
    }

    private static IEnumerable<JsonElement> Of(IReadOnlyList<JsonElement> events, string kind) =>
        events.Where(said => TrialEvent.Text(said, "event") == kind);

    private static Finding AboutTests(string message) =>
        new(WeakTests, FindingSeverity.Warning, Line: null, message, CheckFindings.Tests);
}
