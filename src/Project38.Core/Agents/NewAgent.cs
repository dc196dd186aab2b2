using Project38.Core.Agents.Versions;

namespace Project38.Core.Agents;

/// <summary>An agent to store, with its first version.</summary>
public sealed record NewAgent
{
    /// <summary>At most 255 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The brief.</summary>
    public required string Description { get; init; }

    /// <summary><see cref="AgentStatus.Active"/> when proved, else <see cref="AgentStatus.Draft"/>.</summary>
    public required AgentStatus Status { get; init; }

    /// <summary>The whole config, a JSON object.</summary>
    public required string Config { get; init; }

    /// <summary>The program.</summary>
    public required string Code { get; init; }

    /// <summary>Its tests, or null.</summary>
    public required string? Tests { get; init; }

    /// <summary>What the program needs.</summary>
    public required Manifest Manifest { get; init; }

    /// <summary>What was agreed to.</summary>
    public required Manifest Grant { get; init; }

    /// <summary>See <see cref="AgentVersion.Hash"/>.</summary>
    public required string Hash { get; init; }

    /// <summary>See <see cref="AgentVersion.Origin"/>.</summary>
    public required string Origin { get; init; }

    /// <summary>Who makes it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>
    /// Whether a person says yes to what it holds. Without it one that holds all three risks is entered as
    /// <see cref="AgentStatus.Paused"/> where it would be active. Default: no.
    /// </summary>
    public bool AcceptsRisks { get; init; }

    /// <summary>What another room adds to the same commit; null: nothing.</summary>
    public BesideVersion? Beside { get; init; }
}
