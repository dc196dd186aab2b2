using System.CommandLine;
using Project38.Cli.Api;
using Project38.Cli.Output;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 backtest AGENT</c>: executes a version over the last recorded runs, without the world.</summary>
internal static class BacktestVerb
{
    private static readonly Argument<string> Agent = AgentArgument.Create();
    private static readonly Option<int?> Version = NumberOption.Create(
        "--version",
        "The version; by default the newest that is proposed, else the current one",
        "the number of a version",
        2
    );
    private static readonly Option<int?> Last = NumberOption.Create(
        "--last",
        "Over how many of the last recorded runs, 1 to 100; by default 30",
        "a number of runs",
        30
    );

    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("backtest", "Show what a version would have done in the recorded runs")
        {
            Agent,
            Version,
            Last,
        }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var agent = await api.FindAsync(run.Get(Agent), cancellationToken);
        var request = new BacktestRequest { Version = run.Get(Version), Last = run.Get(Last) };
        var backtest = await api.Agents.BacktestAsync(agent.Id, request, cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(backtest, ContractsJson.Default.BacktestResponse);
        }
        else
        {
            Backtests.Show(run.Screen, backtest);
        }
        return backtest.Failed > 0 ? ExitCode.FailedRun : ExitCode.Ok;
    }
}
