using System.Text.Json.Nodes;
using Project38.Core.Agents;

namespace Project38.Core.Factory.Generation;

/// <summary>What the user asked for.</summary>
/// <param name="Description">The sentence, 10 to 2000 characters, in any language.</param>
/// <param name="Name">A name the user chose; null: the factory finds one.</param>
/// <param name="TimeZone">The user's own IANA zone, for times in the sentence.</param>
/// <param name="CreatedBy">Who asks.</param>
/// <param name="Config">Config keys that win over those found in the sentence; null: none.</param>
/// <param name="Existing">The agent to change, whose brief with the wish is the sentence; null: a new one.</param>
public sealed record AgentBrief(
    string Description,
    string? Name,
    string TimeZone,
    string CreatedBy,
    JsonObject? Config = null,
    ExistingAgent? Existing = null
);

/// <summary>A program made for a brief, not yet proved.</summary>
public sealed record GeneratedAgent
{
    /// <summary>Shown to people.</summary>
    public required string Name { get; init; }

    /// <summary>What was understood, in the brief's language, so that a person can see a misreading at once.</summary>
    public required string Understood { get; init; }

    /// <summary>The program.</summary>
    public required string Code { get; init; }

    /// <summary>Its tests; null when it came without.</summary>
    public required string? Tests { get; init; }

    /// <summary>The whole config, reserved keys included (<c>schedule</c>, <c>timezone</c>…).</summary>
    public required JsonObject Config { get; init; }

    /// <summary>For example <c>blueprint:table-total</c> or <c>import</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>What its author says that it uses, as he wrote it; null: nobody was asked.</summary>
    public Manifest? Declared { get; init; }

    /// <summary>The same on the config of the agent it changes: keys it says nothing of stay, but for the schedule.</summary>
    /// <param name="before">Null: it changes none.</param>
    public GeneratedAgent On(JsonObject? before)
    {
        if (before is null)
        {
            return this;
        }

        var under = before.DeepClone().AsObject();
        under.Remove("schedule");
        return this with
        {
            Config = JsonNode.Parse(AgentConfig.Merge(under.ToJsonString(), Config.ToJsonString()))!.AsObject(),
        };
    }

    /// <summary>The same with config keys of somebody who knows better over its own.</summary>
    /// <param name="wish">Null: none.</param>
    public GeneratedAgent Over(JsonObject? wish) =>
        this with
        {
            Config = JsonNode.Parse(AgentConfig.Merge(Config.ToJsonString(), wish?.ToJsonString()))!.AsObject(),
        };
}

/// <summary>What came of looking for a program that serves a brief.</summary>
public abstract record GenerationResult
{
    private GenerationResult() { }

    /// <summary>A program.</summary>
    public sealed record Made(GeneratedAgent Agent) : GenerationResult;

    /// <summary>Nothing here serves the brief.</summary>
    /// <param name="Reason">What was refused, why, and what to do, in the brief's language where we have it.</param>
    /// <param name="Leftovers">The words that no blueprint accounts for, as the user wrote them.</param>
    public sealed record Refused(string Reason, IReadOnlyList<string> Leftovers) : GenerationResult;
}
