namespace Project38.Contracts;

/// <summary>A message to the team's inbox.</summary>
public sealed record InboxMessageResponse
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>The agent it is from or about; null: the platform itself.</summary>
    public required long? AgentId { get; init; }

    /// <summary>The task it came from.</summary>
    public required long? TaskId { get; init; }

    /// <summary>One line.</summary>
    public required string Title { get; init; }

    /// <summary>The message.</summary>
    public required string Text { get; init; }

    /// <summary><c>agent</c>, or <c>platform</c> for a failure told to the owner.</summary>
    public required string Source { get; init; }

    /// <summary>Where it was sent: <c>inbox</c>, or another channel beside it.</summary>
    public required string Channel { get; init; }

    /// <summary>How far it is on its way there; null: it stays in the inbox, or its record was pruned.</summary>
    public required DeliveryStateResponse? Delivery { get; init; }

    /// <summary>By the database's clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When somebody read it; null: unread.</summary>
    public required DateTimeOffset? ReadAt { get; init; }
}
