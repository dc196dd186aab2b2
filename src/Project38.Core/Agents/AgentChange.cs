using Project38.Core.Agents.Risks;

namespace Project38.Core.Agents;

/// <summary>An agent with the version it points at.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Version">Null only while a draft has none.</param>
public sealed record VersionedAgent(Agent Agent, AgentVersion? Version)
{
    /// <summary>What it holds of the three risks, by what it may use now.</summary>
    public HeldRisks Risks { get; init; } = HeldRisks.None;
}

/// <summary>How a change of an agent ended.</summary>
public abstract record AgentChange
{
    private AgentChange() { }

    /// <summary>Done, or it was so before.</summary>
    /// <param name="Agent">The agent, now.</param>
    public sealed record Done(VersionedAgent Agent) : AgentChange;

    /// <summary>A version was stored, and the agent still points at another.</summary>
    /// <param name="Version">The version.</param>
    /// <param name="Why">Why, a sentence or two.</param>
    public sealed record Kept(AgentVersion Version, string Why) : AgentChange
    {
        /// <summary>What a person has to say yes to first, where that is why; else null.</summary>
        public HeldRisks? Risks { get; init; }
    }

    /// <summary>It was changed since the <see cref="Editor"/> saw it; nothing was changed now.</summary>
    public sealed record Stale : AgentChange;

    /// <summary>There is no such agent, or no more.</summary>
    public sealed record NotFound : AgentChange;

    /// <summary>The agent has no version of that number.</summary>
    /// <param name="Number">The number.</param>
    public sealed record NoVersion(int Number) : AgentChange;

    /// <summary>What was given is not right; nothing was changed.</summary>
    /// <param name="Errors">All that is wrong.</param>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : AgentChange;

    /// <summary>It would be active and hold all three risks, and no person has said yes to that; nothing was changed.</summary>
    /// <param name="Risks">All three, with their tools.</param>
    public sealed record Unaccepted(HeldRisks Risks) : AgentChange;

    /// <summary>As the agent stands, this cannot be done; nothing was changed.</summary>
    /// <param name="Why">What was refused, why, and what to do.</param>
    public sealed record Refused(string Why) : AgentChange;
}

/// <summary>What to change of an agent; null leaves a thing as it is.</summary>
public sealed record AgentEdit
{
    /// <summary>1 to 255 characters.</summary>
    public string? Name { get; init; }

    /// <summary>At most 2000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>The whole config, a JSON object.</summary>
    public string? Config { get; init; }

    /// <summary><see cref="AgentStatus.Active"/>, <see cref="AgentStatus.Paused"/> or <see cref="AgentStatus.Stopped"/>.</summary>
    public AgentStatus? Status { get; init; }
}

/// <summary>Which agents to list.</summary>
public sealed record AgentFilter
{
    /// <summary>Only these; null: all.</summary>
    public AgentStatus? Status { get; init; }

    /// <summary>Only theirs; null: everybody's.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>At most this many. Default: 100.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Leave out this many.</summary>
    public int Offset { get; init; }
}

/// <summary>Some of the agents that a filter names.</summary>
/// <param name="Agents">Newest first.</param>
/// <param name="Total">How many there are in all.</param>
public sealed record AgentPage(IReadOnlyList<VersionedAgent> Agents, int Total);

/// <summary>What looking for an agent by id or name found.</summary>
public abstract record AgentSearch
{
    private AgentSearch() { }

    /// <summary>This one.</summary>
    public sealed record Found(VersionedAgent Agent) : AgentSearch;

    /// <summary>None.</summary>
    public sealed record None : AgentSearch;

    /// <summary>Several have this name; name one by its id.</summary>
    public sealed record Several(IReadOnlyList<long> Ids) : AgentSearch;
}
