using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Project38.Core.Agents.Versions;

/// <summary>What differs between two versions; each part a unified diff, empty where there is no difference.</summary>
public sealed record VersionDiff
{
    private static readonly string[] s_scheduleKeys = ["schedule", "timezone"];

    private static readonly JsonSerializerOptions s_readable = new()
    {
        WriteIndented = true,
        // Readable Hebrew; nothing here is put into a web page as it is.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Of the brief.</summary>
    public required string Description { get; init; }

    /// <summary>Of the program.</summary>
    public required string Code { get; init; }

    /// <summary>Of its tests.</summary>
    public required string Tests { get; init; }

    /// <summary>Of the tools, hosts and channels that the program needs, one a line.</summary>
    public required string Manifest { get; init; }

    /// <summary>Of cron and zone.</summary>
    public required string Schedule { get; init; }

    /// <summary>Of the rest of the config, its keys in order.</summary>
    public required string Config { get; init; }

    /// <summary>What it may do with the second and not with the first, in plain words.</summary>
    public required IReadOnlyList<string> Gains { get; init; }

    /// <summary>What it may do with the first and not with the second.</summary>
    public required IReadOnlyList<string> Loses { get; init; }

    /// <summary>Compares two versions of one agent.</summary>
    public static VersionDiff Of(VersionView from, VersionView to)
    {
        string Part(string name, Func<VersionView, string?> text) =>
            UnifiedDiff.Of(
                text(from),
                text(to),
                $"{name} (version {from.Version.Number})",
                $"{name} (version {to.Version.Number})"
            );

        return new VersionDiff
        {
            Description = Part("description", one => one.Description),
            Code = Part("agent.py", one => one.Version.Code),
            Tests = Part("test_agent.py", one => one.Version.Tests),
            Manifest = Part("manifest", one => Lines(one.Version.Manifest)),
            Schedule = Part("schedule", one => ScheduleOf(one)),
            Config = Part("config", one => Rest(one.Config)),
            Gains = ManifestWords.Gained(from.Version.Manifest, to.Version.Manifest),
            Loses = ManifestWords.Gained(to.Version.Manifest, from.Version.Manifest),
        };
    }

    private static string Lines(Manifest manifest) =>
        string.Join(
            '\n',
            manifest
                .Tools.Select(tool => $"tool {tool}")
                .Concat(manifest.Hosts.Select(host => $"host {host}"))
                .Concat(manifest.Channels.Select(channel => $"channel {channel}"))
        );

    private static string ScheduleOf(VersionView one) =>
        one.Cron is null ? "by hand only" : $"{one.Cron} ({one.TimeZone ?? "UTC"})";

    private static string Rest(string config)
    {
        var rest = JsonNode
            .Parse(config)!
            .AsObject()
            .Where(member => !s_scheduleKeys.Contains(member.Key))
            .OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()));
        return new JsonObject(rest).ToJsonString(s_readable);
    }
}
