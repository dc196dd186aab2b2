using Project38.Cli.Output;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Api;

/// <summary>Finds the agent a person means: by number, else by name.</summary>
internal static class AgentFinder
{
    /// <summary>The agent.</summary>
    /// <exception cref="CliException">There is none, more than one, or nothing was given; the message says which come near.</exception>
    public static async Task<AgentResponse> FindAsync(
        this P38Client api,
        string idOrName,
        CancellationToken cancellationToken
    )
    {
        if (string.IsNullOrWhiteSpace(idOrName))
        {
            throw new CliException(
                ExitCode.Usage,
                "The agent is empty. Give its number or name; 'p38 list' shows them."
            );
        }
        if (long.TryParse(idOrName, out var id))
        {
            return await api.Agents.GetAsync(id, cancellationToken);
        }

        var agents = await api.Agents.ListAsync(cancellationToken: cancellationToken).ToListAsync(cancellationToken);
        var named = agents.Where(agent => agent.Name == idOrName).ToList();
        if (named.Count == 0)
        {
            named = [.. agents.Where(agent => agent.Name.Equals(idOrName, StringComparison.OrdinalIgnoreCase))];
        }
        return named switch
        {
            [var only] => only,
            [] => throw new CliException(
                ExitCode.NotFound,
                $"There is no agent '{idOrName}'.{Meant(idOrName, agents)}"
            ),
            _ => throw new CliException(
                ExitCode.Usage,
                $"{named.Count} agents are called '{idOrName}'. Name one by its number:\n{string.Join('\n', named.Select(Told))}"
            ),
        };
    }

    // By what tells it from another of the same name.
    private static string Told(AgentResponse agent) =>
        $"{agent.Id}, {agent.Status}, made {Times.Local(agent.CreatedAt, UserZone.Rules(UserZone.Find()))}";

    private static string Meant(string name, IReadOnlyList<AgentResponse> agents)
    {
        var near = Nearest.Among(name, agents, agent => agent.Name);
        return near.Count > 0
            ? Nearest.Question([.. near.Select(agent => $"'{agent.Name}' ({agent.Id})")])
            : " 'p38 list' shows all there are.";
    }
}
