using Project38.Core.Storage;

namespace Project38.Core.Agents;

/// <summary>An agent's code at one moment. Immutable; row of <c>agent_versions</c>. Its config is <see cref="Versions.VersionSetting"/>.</summary>
public sealed class AgentVersion : IOwned
{
    /// <summary>Assigned by the database.</summary>
    public long Id { get; set; }

    /// <inheritdoc/>
    public string TeamId { get; set; } = Team.Default;

    /// <summary>The agent it belongs to.</summary>
    public long AgentId { get; set; }

    /// <summary>1, 2, 3… within the agent.</summary>
    public int Number { get; set; }

    /// <summary>The program.</summary>
    public required string Code { get; set; }

    /// <summary>Its tests; null when it came without.</summary>
    public string? Tests { get; set; }

    /// <summary>What the program needs, derived from its syntax tree.</summary>
    public required Manifest Manifest { get; set; }

    /// <summary>SHA-256 over code, tests, manifest, library and interpreter, lower-case hex.</summary>
    public required string Hash { get; set; }

    /// <summary>Where it came from, for example <c>blueprint:table-total</c>, <c>import</c> or <c>repair</c>.</summary>
    public required string Origin { get; set; }

    /// <summary>Whether it passed its checks and its trial; only such a version is ever current and run.</summary>
    public bool Proved { get; set; }

    /// <summary>Number of the version that was current when it was begun; null for the first.</summary>
    public int? MadeFrom { get; set; }

    /// <summary>What an edit asked for, in the words of whoever asked; null where nobody did.</summary>
    public string? Wish { get; set; }

    /// <summary>Who made it.</summary>
    public required string CreatedBy { get; set; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}
