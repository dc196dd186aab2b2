namespace Project38.Core.Agents;

/// <summary>Who changes an agent, and which states of it they have seen.</summary>
/// <param name="Who">For the audit.</param>
/// <param name="Seen">
/// <see cref="Agent.UpdatedAt"/> of what they read: the change is made only while the agent stands so, and nobody's work is
/// undone unseen. Null: however it stands.
/// </param>
public sealed record Editor(string Who, IReadOnlyList<DateTimeOffset>? Seen = null)
{
    /// <summary>Whether a person says yes to an agent that holds all three risks after the change. Default: no.</summary>
    public bool AcceptsRisks { get; init; }

    /// <summary>Somebody who takes the agent however it stands.</summary>
    public static implicit operator Editor(string who) => new(who);

    /// <summary>Whether they have seen an agent as it stands.</summary>
    public bool Knows(Agent agent) => Seen is null || Seen.Contains(agent.UpdatedAt);
}
