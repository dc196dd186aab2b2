using Project38.Core.Agents.Risks;
using Project38.Core.Storage;

namespace Project38.Core.Agents;

/// <summary>A program with a description, a schedule, a config and grants. Row of <c>agents</c>.</summary>
public sealed class Agent : IOwned
{
    /// <summary>The most characters of a brief, and of a wish.</summary>
    public const int MaxDescription = 2000;

    /// <summary>Assigned by the database.</summary>
    public long Id { get; set; }

    /// <inheritdoc/>
    public string TeamId { get; set; } = Team.Default;

    /// <summary>Shown to people; at most 255 characters; need not be unique.</summary>
    public required string Name { get; set; }

    /// <summary>The brief, as the user wrote it; 10 to <see cref="MaxDescription"/> characters.</summary>
    public required string Description { get; set; }

    /// <summary>Only an <see cref="AgentStatus.Active"/> agent is scheduled.</summary>
    public AgentStatus Status { get; set; }

    /// <summary>The whole config, a JSON object; reserved keys are read by <see cref="AgentConfig"/>.</summary>
    public string Config { get; set; } = "{}";

    /// <summary>The version that runs; null only while a draft has none.</summary>
    public long? VersionId { get; set; }

    /// <summary>What it may use: the manifest someone agreed to.</summary>
    public Manifest Grant { get; set; } = Manifest.Empty;

    /// <summary>
    /// A person's yes to what <see cref="Grant"/> holds, as far as the config leaves it; null: nobody has said it, or it holds
    /// less than all three risks.
    /// </summary>
    public AcceptedRisks? AcceptedRisks { get; set; }

    /// <summary>Cron of <see cref="Config"/>, kept beside <see cref="NextFire"/> for the tick; null: only by hand.</summary>
    public string? Cron { get; set; }

    /// <summary>IANA zone of <see cref="Cron"/>.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>The next nominal fire; null when there is none, or the agent is not active.</summary>
    public DateTimeOffset? NextFire { get; set; }

    /// <summary>Priority of <see cref="Config"/>, kept for the tasks that are made of it.</summary>
    public int Priority { get; set; }

    /// <summary>Labels of <see cref="Config"/>, kept for the claim; null: any worker runs it.</summary>
    public string[]? Labels { get; set; }

    /// <summary>Key of the concurrency of <see cref="Config"/>, kept for the claim; null: no limit.</summary>
    public string? ConcurrencyKey { get; set; }

    /// <summary>The limit of <see cref="ConcurrencyKey"/>; null where that is.</summary>
    public int? ConcurrencyLimit { get; set; }

    /// <summary>
    /// Agents of <see cref="Config"/> whose success starts this one, kept beside it for who completes theirs: numbers with a
    /// comma before, between and after; null: none.
    /// </summary>
    public string? Follows { get; set; }

    /// <summary>Who made it; at most 255 characters.</summary>
    public required string CreatedBy { get; set; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Set when deleted: its rows and ledger stay, nothing runs, and no list shows it.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}

/// <summary>Status of an agent, as the wire names it in lower case.</summary>
public enum AgentStatus
{
    /// <summary>Scheduled.</summary>
    Active,

    /// <summary>Stopped for now by a person.</summary>
    Paused,

    /// <summary>Stopped for good by a person.</summary>
    Stopped,

    /// <summary>Stopped by the platform after failures.</summary>
    Error,

    /// <summary>Not proved; never scheduled.</summary>
    Draft,
}
