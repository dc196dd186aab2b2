using System.Text.Json.Nodes;
using Project38.Core.Storage;

namespace Project38.Core.Agents.Risks;

/// <summary>The rule: what holds all three risks runs only with a person's yes to just that.</summary>
internal static class RiskRule
{
    /// <summary>What an agent may use: its grant, as far as its own config leaves it.</summary>
    public static Manifest GrantOf(Agent agent) => agent.Grant.NarrowedTo(AgentConfig.ToolsIn(agent.Config));

    /// <summary>What a person has to say yes to before an agent may use a grant.</summary>
    /// <returns>Null: nothing.</returns>
    public static async Task<HeldRisks?> OpenAsync(
        ProductDb db,
        Agent agent,
        Manifest grant,
        FindRisks find,
        CancellationToken cancellationToken
    )
    {
        var held = await find(db, grant, cancellationToken);
        return held.AreAll && agent.AcceptedRisks?.Covers(grant) != true ? held : null;
    }

    /// <summary>What a yes was said to, for the audit.</summary>
    public static JsonObject Line(HeldRisks held) =>
        new(
            held.ByName.Select(risk =>
                KeyValuePair.Create(
                    risk.Key,
                    (JsonNode?)new JsonArray([.. risk.Value.Select(tool => JsonValue.Create(tool))])
                )
            )
        );
}
