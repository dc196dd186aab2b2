using Project38.Core.Storage;

namespace Project38.Core.Tools.Notifications;

/// <summary>A message to the team's inbox, from an agent or from the platform. Row of <c>inbox_messages</c>.</summary>
public sealed class InboxMessage : IOwned
{
    /// <summary>Assigned by the database.</summary>
    public long Id { get; set; }

    /// <inheritdoc/>
    public string TeamId { get; set; } = Team.Default;

    /// <summary>The agent it is from or about; null: the platform itself.</summary>
    public long? AgentId { get; set; }

    /// <summary>The task it came from; null where there is none.</summary>
    public long? TaskId { get; set; }

    /// <summary>At most 200 characters.</summary>
    public required string Title { get; set; }

    /// <summary>At most 16 KB.</summary>
    public required string Text { get; set; }

    /// <summary><c>agent</c>, or <c>platform</c> for a failure told to the owner.</summary>
    public required string Source { get; set; }

    /// <summary>Where it went beside the inbox, or is on its way to; null: nowhere.</summary>
    public string? Channel { get; set; }

    /// <summary>Unique: the same key is the same message (<c>task:step:hash</c> for agents).</summary>
    public required string IdempotencyKey { get; set; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When somebody read it; null: unread.</summary>
    public DateTimeOffset? ReadAt { get; set; }
}
