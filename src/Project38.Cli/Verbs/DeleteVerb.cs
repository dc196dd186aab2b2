using System.CommandLine;
using Project38.Cli.Api;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 delete AGENT</c>: asks, unless told not to.</summary>
internal static class DeleteVerb
{
    private static readonly Argument<string> Agent = new("agent") { Description = "Number or name" };
    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Do not ask" };

    /// <summary>The verb.</summary>
    public static Command Create() => new Command("delete", "Delete an agent") { Agent, Yes }.Does(DeleteAsync);

    private static async Task<int> DeleteAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var agent = await api.FindAsync(run.Get(Agent), cancellationToken);
        if (!run.Get(Yes) && !Confirmed(agent))
        {
            throw new CliException(ExitCode.Refused, "Nothing was deleted. Answer 'y', or use --yes.");
        }

        await api.SendAsync(HttpMethod.Delete, $"/api/agents/{agent.Id}", body: null, cancellationToken);
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

    private static bool Confirmed(AgentResponse agent)
    {
        Console.Error.Write($"Delete agent {agent.Id}, '{agent.Name}'? [y/N] ");
        return Console.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }
}
