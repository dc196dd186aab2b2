namespace Project38.Core.Tools.Notifications.Channels;

/// <summary>A channel as a person wants it, before it is looked at.</summary>
public sealed record NewChannel
{
    /// <summary>See <see cref="ChannelName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>See <see cref="ChannelKindWords"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>By key.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary><c>22:00-07:00</c>; null: never quiet.</summary>
    public string? QuietHours { get; init; }

    /// <summary><c>30m</c>, <c>2h</c> or <c>08:00</c>; null: no digest.</summary>
    public string? Digest { get; init; }

    /// <summary>IANA name. Default: <c>UTC</c>.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>False: messages wait. Default: true.</summary>
    public bool Enabled { get; init; } = true;
}

/// <summary>What came of the wish for a channel.</summary>
public abstract record ChannelAnswer
{
    private ChannelAnswer() { }

    /// <summary>It is set up so.</summary>
    public sealed record Kept(Channel Channel) : ChannelAnswer;

    /// <summary>All that is wrong with it, by field: <c>settings.url</c>.</summary>
    public sealed record Wrong(IReadOnlyList<(string Field, string Complaint)> Complaints) : ChannelAnswer;

    /// <summary>There are as many as there may be.</summary>
    public sealed record TooMany(int Most) : ChannelAnswer;
}
