using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Project38.Contracts;

/// <summary>One version of an agent, without its texts. <c>GET /api/agents/{id}/versions</c>.</summary>
public record VersionResponse
{
    /// <summary>1, 2, 3… within the agent.</summary>
    public required int Number { get; init; }

    /// <summary>Whether the agent points at it.</summary>
    public required bool Current { get; init; }

    /// <summary>Whether it may become current, and never was: it waits for a yes (<c>activate</c>).</summary>
    public required bool Proposed { get; init; }

    /// <summary>Whether it passed its checks and its trial; only such a version can become current.</summary>
    public required bool Proved { get; init; }

    /// <summary>SHA-256 over code, tests, manifest, library and interpreter, lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>Where it came from, for example <c>blueprint:table-total</c>, <c>model:claude-sonnet-5-5</c>, <c>edit</c> or <c>repair</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>Number of the version that was current when it was begun; null for the first.</summary>
    public required int? MadeFrom { get; init; }

    /// <summary>What an edit asked for; null where nobody did.</summary>
    public required string? Wish { get; init; }

    /// <summary>Cron it runs by, ran by last, or would; null: by hand only.</summary>
    public required string? Schedule { get; init; }

    /// <summary>IANA zone of the schedule.</summary>
    public required string Timezone { get; init; }

    /// <summary>Who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>By the database's clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>One version, whole. <c>GET /api/agents/{id}/versions/{n}</c>.</summary>
public sealed record WholeVersionResponse : VersionResponse
{
    /// <summary>For JSON.</summary>
    [JsonConstructor]
    public WholeVersionResponse() { }

    /// <summary>A version without its texts; they are to be added.</summary>
    [SetsRequiredMembers]
    public WholeVersionResponse(VersionResponse version)
        : base(version)
    {
        Description = Code = Config = "";
        Grants = [];
        Manifest = new GrantResponse
        {
            Tools = [],
            Hosts = [],
            Channels = [],
            Folders = [],
        };
    }

    /// <summary>The brief.</summary>
    public required string Description { get; init; }

    /// <summary>The program.</summary>
    public required string Code { get; init; }

    /// <summary>Its tests; null when it came without.</summary>
    public required string? Tests { get; init; }

    /// <summary>The config it runs with, ran with last, or would: a string that holds a JSON object.</summary>
    public required string Config { get; init; }

    /// <summary>What it needs, in plain words.</summary>
    public required IReadOnlyList<string> Grants { get; init; }

    /// <summary>What it needs, as derived from its code.</summary>
    public required GrantResponse Manifest { get; init; }
}

/// <summary>What differs between two versions. <c>GET /api/agents/{id}/diff</c>. A part is a unified diff, empty where nothing differs.</summary>
public sealed record DiffResponse
{
    /// <summary>The agent.</summary>
    public required long AgentId { get; init; }

    /// <summary>Number of the first version.</summary>
    public required int From { get; init; }

    /// <summary>Number of the second.</summary>
    public required int To { get; init; }

    /// <summary>Of the brief.</summary>
    public required string Description { get; init; }

    /// <summary>Of the program.</summary>
    public required string Code { get; init; }

    /// <summary>Of its tests.</summary>
    public required string Tests { get; init; }

    /// <summary>Of the tools, hosts and channels it needs.</summary>
    public required string Manifest { get; init; }

    /// <summary>Of cron and zone.</summary>
    public required string Schedule { get; init; }

    /// <summary>Of the rest of the config.</summary>
    public required string Config { get; init; }

    /// <summary>What it may do with the second and not with the first, in plain words.</summary>
    public required IReadOnlyList<string> GrantsAdded { get; init; }

    /// <summary>What it may do with the first and not with the second.</summary>
    public required IReadOnlyList<string> GrantsRemoved { get; init; }
}

/// <summary>Which version shall be current. <c>POST /api/agents/{id}/rollback</c> and <c>/activate</c>.</summary>
public sealed record ChooseVersionRequest
{
    /// <summary>Its number.</summary>
    [Required, Range(1, int.MaxValue, ErrorMessage = "must be 1 or more")]
    public int? Version { get; init; }

    /// <summary>
    /// Whether a person says yes to an agent that reads private data, reads what strangers wrote, and could send it out. Without it
    /// one that holds all three does not become current. Default: false.
    /// </summary>
    public bool? AcceptRisks { get; init; }
}
