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
            (agents, id, cancellationToken) => agents.PauseAsync(id, cancellationToken)
        );

    /// <summary>Starts it again.</summary>
    public static Command Resume() =>
        Create(
            "resume",
            "Start an agent's schedule again",
            (agents, id, cancellationToken) => agents.ResumeAsync(id, cancellationToken)
        );

    private static Command Create(
        string name,
        string description,
        Func<AgentsClient, long, CancellationToken, Task<AgentResponse>> change
    )
    {
        var idOrName = AgentArgument.Create();
        return new Command(name, description) { idOrName }.Does(
            async (run, cancellationToken) =>
            {
                var api = await run.ConnectAsync(cancellationToken);
                var found = await api.FindAsync(run.Get(idOrName), cancellationToken);
                var agent = await change(api.Agents, found.Id, cancellationToken);
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
