using System.Text.Json.Nodes;
using Project38.Core.Agents;

namespace Project38.Core.Factory.Generation;

/// <summary>An agent as it is, and what shall change of it.</summary>
public sealed record ExistingAgent
{
    /// <summary>Its number; null: it is in no database.</summary>
    public long? AgentId { get; init; }

    /// <summary>What it was asked so far.</summary>
    public required string Brief { get; init; }

    /// <summary>What shall change, in the words of whoever asks; null: it shall do what it was asked, and fails to.</summary>
    public string? Wish { get; init; }

    /// <summary>How it fails, where that is to be mended; null where something is wished.</summary>
    public AgentFailure? Failure { get; init; }

    /// <summary>The program.</summary>
    public required string Code { get; init; }

    /// <summary>Its tests; null when it came without.</summary>
    public required string? Tests { get; init; }

    /// <summary>The whole config, reserved keys included.</summary>
    public required JsonObject Config { get; init; }

    /// <summary>What it was granted.</summary>
    public required Manifest Grant { get; init; }

    /// <summary>An agent with a program, as it is; what shall change is to be added.</summary>
    public static ExistingAgent Of(Agent agent, AgentVersion version) =>
        new()
        {
            AgentId = agent.Id,
            Brief = agent.Description,
            Code = version.Code,
            Tests = version.Tests,
            Config = JsonNode.Parse(agent.Config)!.AsObject(),
            Grant = agent.Grant,
        };

    /// <summary>Whether a program is the one that is there.</summary>
    public bool IsLike(GeneratedAgent other) =>
        (Code, Tests) == (other.Code, other.Tests) && JsonNode.DeepEquals(Zoned(Config), Zoned(other.Config));

    // A model names the zone always, and where nobody does it is UTC.
    private static JsonObject Zoned(JsonObject config)
    {
        var zoned = config.DeepClone().AsObject();
        zoned["timezone"] ??= "UTC";
        return zoned;
    }
}
