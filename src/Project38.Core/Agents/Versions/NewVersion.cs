using Project38.Core.Storage;

namespace Project38.Core.Agents.Versions;

/// <summary>Adds rows to the commit that stores a version, which has its id by then.</summary>
/// <param name="db">The caller's; it saves.</param>
/// <param name="version">The version.</param>
/// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
public delegate Task BesideVersion(ProductDb db, AgentVersion version, CancellationToken cancellationToken);

/// <summary>A version to add to an agent.</summary>
public sealed record NewVersion
{
    /// <summary>The program.</summary>
    public required string Code { get; init; }

    /// <summary>Its tests, or null.</summary>
    public required string? Tests { get; init; }

    /// <summary>What the program needs; once it is current, what the agent is granted, with the agent's folders.</summary>
    public required Manifest Manifest { get; init; }

    /// <summary>See <see cref="AgentVersion.Hash"/>.</summary>
    public required string Hash { get; init; }

    /// <summary>See <see cref="AgentVersion.Origin"/>.</summary>
    public required string Origin { get; init; }

    /// <summary>See <see cref="AgentVersion.Proved"/>. Default: true.</summary>
    public bool Proved { get; init; } = true;

    /// <summary>See <see cref="AgentVersion.MadeFrom"/>; null: whatever is current.</summary>
    public int? MadeFrom { get; init; }

    /// <summary>See <see cref="AgentVersion.Wish"/>.</summary>
    public string? Wish { get; init; }

    /// <summary>The config it was proved with, where that is another than the agent's; null: the agent's.</summary>
    public string? Config { get; init; }

    /// <summary>The agent's config when it was begun; null: the agent's, now.</summary>
    public string? BaseConfig { get; init; }

    /// <summary>False: it is proposed, and something else makes it current. Default: true.</summary>
    public bool Activate { get; init; } = true;

    /// <summary>What another room adds to the same commit; null: nothing.</summary>
    public BesideVersion? Beside { get; init; }
}
