using System.CommandLine;
using Project38.Cli.Api;
using Project38.Cli.Completion;
using Project38.Client;

namespace Project38.Cli.Verbs;

/// <summary>A task, as every verb takes it: by its number, or as the latest of an agent by the agent's name.</summary>
internal static class TaskArgument
{
    /// <summary>One that must be given.</summary>
    public static Argument<string> Create() =>
        new("task-or-agent")
        {
            Description = "Number of a task, or name of an agent (its latest task)",
            CompletionSources = { RunningAgents.Complete },
        };

    /// <summary>Its number.</summary>
    /// <exception cref="CliException">There is no such agent, or it has no task.</exception>
    public static async Task<long> FindTaskAsync(
        this P38Client api,
        string numberOrAgent,
        CancellationToken cancellationToken
    )
    {
        if (long.TryParse(numberOrAgent, out var id))
        {
            return id;
        }

        var agent = await api.FindAsync(numberOrAgent, cancellationToken);
        var latest = await api
            .Tasks.ListAsync(agent.Id, status: null, most: 1, cancellationToken)
            .FirstOrDefaultAsync(cancellationToken);
        return latest?.Id
            ?? throw new CliException(ExitCode.NotFound, $"'{agent.Name}' has no task yet. Run it: p38 run {agent.Id}");
    }
}
