using System.CommandLine;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 replay RUN</c>: executes a recorded run again, without the world.</summary>
internal static class ReplayVerb
{
    private static readonly Argument<long> Target = new("run")
    {
        Description = "Number of a recorded run, as 'p38 logs TASK --json' names it (id)",
    };

    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("replay", "Execute a recorded run again, without the world") { Target }.Does(ReplayAsync);

    private static async Task<int> ReplayAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var replay = await api.ReplayAsync(run.Get(Target), cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(replay, ContractsJson.Default.ReplayResponse);
        }
        else
        {
            run.Screen.Print(replay.Log);
            var calls = $"{replay.Calls} {(replay.Calls == 1 ? "call" : "calls")} answered from the record";
            run.Screen.Part(
                replay.Same ? "same" : "differs",
                $"run {replay.RunId}: {replay.Outcome}, {calls}",
                replay.WallSeconds,
                replay.Same
            );
            foreach (var difference in replay.Differences)
            {
                run.Screen.Part("", difference, good: false);
            }
        }
        return replay.Same ? ExitCode.Ok : ExitCode.FailedRun;
    }
}
