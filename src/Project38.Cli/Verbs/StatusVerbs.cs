using System.CommandLine;
using Project38.Cli.Api;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 pause</c> and <c>p38 resume</c>.</summary>
internal static class StatusVerbs
{
    /// <summary>Stops the schedule for now.</summary>
    public static Command Pause() =>
        Create(
            "pause",
            "Stop an agent's schedule for now",
            (_, agents, id, cancellationToken) => agents.PauseAsync(id, cancellationToken)
        );

    /// <summary>Starts it again.</summary>
    public static Command Resume()
    {
        var accept = RiskQuestion.Option();
        var resume = Create(
            "resume",
            "Start an agent's schedule again",
            (run, agents, id, cancellationToken) =>
                RiskQuestion.AskAsync(
                    run.Get(accept),
                    yes => agents.ResumeAsync(id, yes, cancellationToken),
                    $"Nobody said yes, so nothing was changed. To say it: p38 resume {id}, on a terminal or with --accept-risks."
                )
        );
        resume.Add(accept);
        return resume;
    }

    private static Command Create(
        string name,
        string description,
        Func<VerbRun, AgentsClient, long, CancellationToken, Task<AgentResponse>> change
    )
    {
        var idOrName = AgentArgument.Create();
        return new Command(name, description) { idOrName }.Does(
            async (run, cancellationToken) =>
            {
                var api = await run.ConnectAsync(cancellationToken);
                var found = await api.FindAsync(run.Get(idOrName), cancellationToken);
                var agent = await change(run, api.Agents, found.Id, cancellationToken);
                if (run.Screen.Json)
                {
                    run.Screen.Result(agent, ContractsJson.Default.AgentResponse);
                }
                else
                {
                    var next = agent.NextFire is null ? "" : $", next {run.Screen.Time(agent.NextFire)}";
                    run.Screen.Line($"'{agent.Name}' is {agent.Status}{next}.");
                }
                return ExitCode.Ok;
            }
        );
    }
}
