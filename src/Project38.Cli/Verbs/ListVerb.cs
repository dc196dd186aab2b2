using System.CommandLine;
using Project38.Cli.Output;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 list</c>: all agents.</summary>
internal static class ListVerb
{
    /// <summary>The verb.</summary>
    public static Command Create() => new Command("list", "List the agents").Does(ListAsync);

    private static async Task<int> ListAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var agents = await api.Agents.ListAsync(cancellationToken: cancellationToken).ToListAsync(cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(agents, ContractsJson.Default.IReadOnlyListAgentResponse);
        }
        else if (agents.Count == 0)
        {
            run.Screen.Line("There are no agents yet. Make one: p38 create \"Remind me every day at 9 to stretch\"");
        }
        else
        {
            run.Screen.Table(
                ["ID", "NAME", "STATUS", "NEXT", "SCHEDULE"],
                agents.Select(agent =>
                    (IReadOnlyList<string>)
                        [
                            $"{agent.Id}",
                            agent.Name,
                            agent.Status,
                            run.Screen.ShortTime(agent.NextFire),
                            ScheduleWords.Short(agent),
                        ]
                )
            );
        }
        return ExitCode.Ok;
    }
}
