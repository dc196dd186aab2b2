using System.CommandLine;
using Project38.Cli.Api;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 rollback AGENT [VERSION]</c> and <c>p38 activate AGENT VERSION</c>: another version becomes current.</summary>
internal static class RollbackVerbs
{
    /// <summary>Any proved version, as it ran last.</summary>
    public static Command Rollback() =>
        Create(
            "rollback",
            "Make another version of an agent current, as it ran last",
            VersionArgument.Create("version", "Its number; the one before by default"),
            (agents, id, version, yes, cancellationToken) =>
                agents.RollbackAsync(id, version, ifMatch: null, yes, cancellationToken)
        );

    /// <summary>A version that was proposed.</summary>
    public static Command Activate()
    {
        var version = VersionArgument.Create("version", "Its number");
        version.Arity = ArgumentArity.ExactlyOne;
        return Create(
            "activate",
            "Make a proposed version of an agent current",
            version,
            (agents, id, number, yes, cancellationToken) =>
                agents.ActivateAsync(id, number, ifMatch: null, yes, cancellationToken)
        );
    }

    /// <summary>Says what is current now.</summary>
    public static void Show(VerbRun run, AgentResponse agent)
    {
        var next = agent.NextFire is null ? "" : $", next {run.Screen.Time(agent.NextFire)}";
        run.Screen.Line($"'{agent.Name}' is at version {agent.Version} and {agent.Status}{next}.");
        if (agent.Status == "error")
        {
            run.Screen.Line($"It was stopped because it failed. Start it again: p38 resume {agent.Id}");
        }
    }

    private static Command Create(
        string name,
        string description,
        Argument<int?> version,
        Func<AgentsClient, long, int, bool, CancellationToken, Task<AgentResponse>> choose
    )
    {
        var idOrName = AgentArgument.Create();
        var accept = RiskQuestion.Option();
        return new Command(name, description) { idOrName, version, accept }.Does(
            async (run, cancellationToken) =>
            {
                var api = await run.ConnectAsync(cancellationToken);
                var found = await api.FindAsync(run.Get(idOrName), cancellationToken);
                var number = run.Get(version) ?? await BeforeAsync(api, found, cancellationToken);
                var agent = await RiskQuestion.AskAsync(
                    run.Get(accept),
                    yes => choose(api.Agents, found.Id, number, yes, cancellationToken),
                    $"Nobody said yes, so nothing was changed. To say it: p38 {name} {found.Id} {number}, on a terminal or with "
                        + "--accept-risks."
                );
                if (run.Screen.Json)
                {
                    run.Screen.Result(agent, ContractsJson.Default.AgentResponse);
                }
                else
                {
                    Show(run, agent);
                }
                return ExitCode.Ok;
            }
        );
    }

    /// <summary>The version that the current one was made from; where that may not run, the last one before that may.</summary>
    private static async Task<int> BeforeAsync(P38Client api, AgentResponse agent, CancellationToken cancellationToken)
    {
        var versions = await api
            .Agents.VersionsAsync(agent.Id, most: null, cancellationToken)
            .ToListAsync(cancellationToken);
        var current = versions.FirstOrDefault(version => version.Current);
        var before = versions
            .Where(version =>
                version is { Proved: true, Proposed: false } && version.Number <= (current?.MadeFrom ?? 0)
            )
            .MaxBy(version => version.Number);
        return before?.Number
            ?? throw new CliException(
                ExitCode.Refused,
                $"There is no version of '{agent.Name}' before the current one that may run. "
                    + $"'p38 versions {agent.Id}' lists all there are."
            );
    }
}
