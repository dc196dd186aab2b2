using System.CommandLine;
using Project38.Cli.Api;
using Project38.Cli.Output;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 show AGENT</c>: one agent.</summary>
internal static class ShowVerb
{
    private const int LastTasks = 5;

    private static readonly Argument<string> Agent = AgentArgument.Create();
    private static readonly Option<bool> Code = new("--code") { Description = "Print its program, and nothing else" };
    private static readonly Option<bool> History = new("--history")
    {
        Description = "Show how its versions were made: all attempts, findings, failures and costs",
    };

    /// <summary>The verb.</summary>
    public static Command Create() => new Command("show", "Show an agent") { Agent, Code, History }.Does(ShowAsync);

    private static async Task<int> ShowAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var agent = await api.FindAsync(run.Get(Agent), cancellationToken);
        if (run.Get(History))
        {
            return await ShowHistoryAsync(run, api, agent.Id, cancellationToken);
        }
        if (run.Screen.Json)
        {
            run.Screen.Result(agent, ContractsJson.Default.AgentResponse);
            return ExitCode.Ok;
        }
        if (run.Get(Code))
        {
            run.Screen.Raw(agent.Code ?? "");
            return ExitCode.Ok;
        }

        var screen = run.Screen;
        screen.Part("agent", $"{agent.Id}, {agent.Name}");
        screen.Part("brief", agent.Description);
        screen.Part("status", agent.Status, good: agent.Status is not ("error" or "draft"));
        screen.Part("schedule", ScheduleWords.Of(agent));
        screen.Part("next", screen.Time(agent.NextFire));
        screen.Part("granted", agent.Grants.Count == 0 ? "nothing" : string.Join("\n", agent.Grants));
        if (agent.Risks.Count == 3)
        {
            var yes = agent.RisksAccepted is { } accepted
                ? $"{accepted.By} said yes to them at {screen.Time(accepted.At)}"
                : $"nobody said yes to them, so it does not run: p38 resume {agent.Id}";
            screen.Part(
                "risks",
                $"private data, strangers' words and a way out; {yes}",
                good: agent.RisksAccepted is not null
            );
        }
        screen.Part("config", agent.Config);
        screen.Part("version", agent.Version is null ? "none" : $"{agent.Version}, from {agent.Origin}");

        var tasks = await api
            .Tasks.ListAsync(agent.Id, status: null, LastTasks, cancellationToken)
            .ToListAsync(cancellationToken);
        screen.Line();
        TasksVerb.Show(screen, tasks);
        return ExitCode.Ok;
    }

    private static async Task<int> ShowHistoryAsync(
        VerbRun run,
        P38Client api,
        long agentId,
        CancellationToken cancellationToken
    )
    {
        var makings = await api
            .Agents.HistoryAsync(agentId, most: null, cancellationToken)
            .ToListAsync(cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(makings, ContractsJson.Default.IReadOnlyListMakingResponse);
        }
        else
        {
            HistoryView.Show(run.Screen, makings);
        }
        return ExitCode.Ok;
    }
}
