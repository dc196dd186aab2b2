using System.CommandLine;
using Project38.Cli.Api;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 versions AGENT</c>: what it was, is, and could be.</summary>
internal static class VersionsVerb
{
    private static readonly Argument<string> Agent = AgentArgument.Create();
    private static readonly Option<int> Limit = LimitOption.Create();

    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("versions", "List the versions of an agent, newest first") { Agent, Limit }.Does(ListAsync);

    private static async Task<int> ListAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var agent = await api.FindAsync(run.Get(Agent), cancellationToken);
        var versions = await api
            .Agents.VersionsAsync(agent.Id, run.Get(Limit), cancellationToken)
            .ToListAsync(cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(versions, ContractsJson.Default.IReadOnlyListVersionResponse);
            return ExitCode.Ok;
        }

        run.Screen.Table(
            ["VERSION", "STATUS", "MADE", "BY", "FROM", "SCHEDULE", "ORIGIN"],
            versions.Select(version =>
                (IReadOnlyList<string>)
                    [
                        $"{version.Number}",
                        version.Current ? "current"
                        : version.Proposed ? "proposed"
                        : version.Proved ? "proved"
                        : "not proved",
                        run.Screen.ShortTime(version.CreatedAt),
                        version.CreatedBy,
                        version.MadeFrom is { } from ? $"{from}" : "-",
                        version.Schedule ?? "-",
                        version.Wish is { } wish ? $"{version.Origin}: {wish}" : version.Origin,
                    ]
            )
        );
        return ExitCode.Ok;
    }
}
