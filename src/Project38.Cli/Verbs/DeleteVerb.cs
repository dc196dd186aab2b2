using System.CommandLine;
using Project38.Cli.Api;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 delete AGENT</c>: asks, unless told not to.</summary>
internal static class DeleteVerb
{
    private static readonly Argument<string> Agent = AgentArgument.Create();
    private static readonly Option<bool> Yes = Confirmation.Yes();

    /// <summary>The verb.</summary>
    public static Command Create() => new Command("delete", "Delete an agent") { Agent, Yes }.Does(DeleteAsync);

    private static async Task<int> DeleteAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var agent = await api.FindAsync(run.Get(Agent), cancellationToken);
        Confirmation.Demand(run, Yes, $"Delete agent {agent.Id}, '{agent.Name}'?", "Nothing was deleted.");

        await api.Agents.DeleteAsync(agent.Id, ifMatch: null, cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(agent, ContractsJson.Default.AgentResponse);
        }
        else
        {
            run.Screen.Line($"'{agent.Name}' is deleted. Its tasks stay in the ledger.");
        }
        return ExitCode.Ok;
    }
}
