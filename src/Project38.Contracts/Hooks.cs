namespace Project38.Contracts;

/// <summary>An address that is to start an agent. <c>POST /api/agents/{id}/hooks</c>.</summary>
public sealed record AddHookRequest
{
    /// <summary>For people. Default: <c>webhook</c>.</summary>
    [Text(100, MinimumLength = 1)]
    public string? Name { get; init; }

    /// <summary>What the sender signs with (HMAC-SHA-256), 16 characters or more; it never comes back out. Null: nothing is signed.</summary>
    public string? SigningKey { get; init; }

    /// <summary>Never the key: records print themselves.</summary>
    public override string ToString() => nameof(AddHookRequest);
}

/// <summary>A hook, without its address. <c>GET /api/agents/{id}/hooks</c>.</summary>
public record HookResponse
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>The agent that it starts.</summary>
    public required long AgentId { get; init; }

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>Whether its deliveries must be signed.</summary>
    public required bool IsSigned { get; init; }

    /// <summary>Who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it started its agent last.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }
}

/// <summary>A hook that was just made.</summary>
public sealed record NewHookResponse : HookResponse
{
    /// <summary>Where deliveries go, by <c>POST</c>. Shown this once: whoever knows it can start the agent.</summary>
    public required string Address { get; init; }

    /// <summary>Never the address: records print themselves.</summary>
    public override string ToString() => $"{nameof(NewHookResponse)} {Id}";
}

/// <summary>A delivery that was taken. <c>POST /api/hooks/{secret}</c>.</summary>
/// <param name="TaskId">Its task: the same for the same delivery.</param>
public sealed record DeliveryResponse(long TaskId);
