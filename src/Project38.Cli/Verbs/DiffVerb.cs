using System.CommandLine;
using Project38.Cli.Api;
using Project38.Cli.Output;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 diff AGENT [FROM [TO]]</c>: what differs between two versions.</summary>
internal static class DiffVerb
{
    private static readonly Argument<string> Agent = AgentArgument.Create();
    private static readonly Argument<int?> From = VersionArgument.Create(
        "from",
        "A version; the one that the other was made from by default"
    );
    private static readonly Argument<int?> To = VersionArgument.Create("to", "Another; the current one by default");

    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("diff", "Show what differs between two versions of an agent") { Agent, From, To }.Does(ShowAsync);

    private static async Task<int> ShowAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var agent = await api.FindAsync(run.Get(Agent), cancellationToken);
        var diff = await api.Agents.DiffAsync(agent.Id, run.Get(From), run.Get(To), cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(diff, ContractsJson.Default.DiffResponse);
        }
        else
        {
            Diffs.Show(run.Screen, diff);
        }
        return ExitCode.Ok;
    }
}
