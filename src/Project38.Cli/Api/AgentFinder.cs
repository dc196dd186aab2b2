using Project38.Contracts;

namespace Project38.Cli.Api;

/// <summary>Finds the agent a person means: by number, else by name.</summary>
internal static class AgentFinder
{
    private const int PageSize = 1000;

    /// <summary>The agent.</summary>
    /// <exception cref="CliException">There is none, more than one, or nothing was given; the message says which come near.</exception>
    public static async Task<AgentResponse> FindAsync(
        this ApiClient api,
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
            return await api.GetAsync($"/api/agents/{id}", ContractsJson.Default.AgentResponse, cancellationToken);
        }

        var agents = await AllAsync(api, cancellationToken);
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
                ExitCode.NotFound,
                $"{named.Count} agents are called '{idOrName}'. Use a number: {string.Join(", ", named.Select(a => a.Id))}."
            ),
        };
    }

    /// <summary>All agents.</summary>
    public static async Task<IReadOnlyList<AgentResponse>> AllAsync(ApiClient api, CancellationToken cancellationToken)
    {
        var all = new List<AgentResponse>();
        while (true)
        {
            var page = await api.GetAsync(
                $"/api/agents?limit={PageSize}&offset={all.Count}",
                ContractsJson.Default.IReadOnlyListAgentResponse,
                cancellationToken
            );
            all.AddRange(page);
            if (page.Count < PageSize)
            {
                return all;
            }
        }
    }

    private static string Meant(string name, IReadOnlyList<AgentResponse> agents)
    {
        var near = Nearest.Among(name, agents, agent => agent.Name);
        return near.Count > 0
            ? Nearest.Question([.. near.Select(agent => $"'{agent.Name}' ({agent.Id})")])
            : " 'p38 list' shows all there are.";
    }
}
