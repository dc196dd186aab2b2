using System.Text.Json;

namespace Project38.Core.Agents.Versions;

/// <summary>A version with what it runs with, or would.</summary>
/// <param name="Version">Its code, tests and manifest.</param>
/// <param name="Config">Of the current version: the agent's, now. Of another: what it ran with last, or was proved with.</param>
/// <param name="Description">The brief, in the same way.</param>
/// <param name="Current">Whether the agent points at it.</param>
/// <param name="Proposed">Whether it may become current, and never was: it waits for a yes.</param>
public sealed record VersionView(
    AgentVersion Version,
    string Config,
    string Description,
    bool Current,
    bool Proposed = false
)
{
    /// <summary>Cron of the config; null: by hand only.</summary>
    public string? Cron => KeyOf("schedule");

    /// <summary>IANA zone of the config; null: UTC.</summary>
    public string? TimeZone => KeyOf("timezone");

    // Not AgentConfig.Read, which judges a schedule by today: one that is over is still what the version had.
    private string? KeyOf(string key)
    {
        using var config = JsonDocument.Parse(Config);
        return config.RootElement.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
    }
}

/// <summary>Some of an agent's versions.</summary>
/// <param name="Versions">Newest first.</param>
/// <param name="Total">How many there are in all.</param>
public sealed record VersionPage(IReadOnlyList<VersionView> Versions, int Total);
