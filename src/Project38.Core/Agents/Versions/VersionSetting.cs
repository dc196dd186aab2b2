using Project38.Core.Storage;

namespace Project38.Core.Agents.Versions;

/// <summary>What a version runs with beside its code: the config, schedule included, and the brief. Row of <c>version_settings</c>.</summary>
/// <remarks>
/// People change both without a new version. While a version is current the agent's own row holds them; when another
/// becomes current they are written here, so that going back gives back what it ran with last, and not first.
/// </remarks>
public sealed class VersionSetting : IOwned
{
    /// <summary>The version; one row each.</summary>
    public long VersionId { get; set; }

    /// <inheritdoc/>
    public string TeamId { get; set; } = Team.Default;

    /// <summary>The whole config, a JSON object.</summary>
    public required string Config { get; set; }

    /// <summary>The brief.</summary>
    public required string Description { get; set; }

    /// <summary>
    /// The agent's config when a version was begun that is not current yet; null once it was. What people change meanwhile
    /// is told from what the version changes by it.
    /// </summary>
    public string? BaseConfig { get; set; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset UpdatedAt { get; set; }
}
