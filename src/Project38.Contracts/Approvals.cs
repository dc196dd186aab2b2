namespace Project38.Contracts;

/// <summary>A person's answer to a question. <c>POST /api/approvals/{id}/approve</c> and <c>/reject</c>.</summary>
public sealed record DecideApprovalRequest
{
    /// <summary>What is said to it; the agent gets it. Null: nothing.</summary>
    [Text(1000)]
    public string? Note { get; init; }
}

/// <summary>A question of an agent to a person. <c>GET /api/approvals</c>.</summary>
public sealed record ApprovalResponse
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>Who asks.</summary>
    public required long AgentId { get; init; }

    /// <summary>The task that waits.</summary>
    public required long TaskId { get; init; }

    /// <summary>One line: what is done with a yes.</summary>
    public required string Question { get; init; }

    /// <summary>What there is to know before one answers; null: nothing more.</summary>
    public required string? Details { get; init; }

    /// <summary>
    /// <c>open</c>, <c>approved</c>, <c>rejected</c>, <c>expired</c> (nobody answered in time, which is a no), or
    /// <c>withdrawn</c> (its task is over).
    /// </summary>
    public required string Status { get; init; }

    /// <summary>Who answered; null: nobody did.</summary>
    public required string? DecidedBy { get; init; }

    /// <summary>What they said to it; null: nothing.</summary>
    public required string? Note { get; init; }

    /// <summary>By the database's clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From then on it cannot be answered.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was answered, expired or was withdrawn; null: it is open.</summary>
    public required DateTimeOffset? DecidedAt { get; init; }
}
