using Project38.Core.Tools.Notifications.Channels;

namespace Project38.Core.Tools.Notifications.Sending;

/// <summary>Sends to one kind of channel.</summary>
internal interface IChannelSender
{
    /// <summary>The kind.</summary>
    ChannelKind Kind { get; }

    /// <summary>Sends once; whether it is worth another go, the result says.</summary>
    /// <param name="settings">Where and how.</param>
    /// <param name="message">What.</param>
    /// <param name="cancellationToken">Its time is over.</param>
    Task<SendResult> SendAsync(ChannelSettings settings, OutgoingMessage message, CancellationToken cancellationToken);
}

/// <summary>What came of sending once. What it says is for people, without secrets, and in one line.</summary>
public abstract record SendResult
{
    private SendResult() { }

    /// <summary>The peer has it.</summary>
    public sealed record Delivered(string Said) : SendResult;

    /// <summary>The peer does not want it, and will not the next time.</summary>
    public sealed record Refused(string Why) : SendResult;

    /// <summary>It may work the next time.</summary>
    /// <param name="Why">What happened.</param>
    /// <param name="After">How long the peer asks to be left alone; null: it says nothing of that.</param>
    public sealed record Failed(string Why, TimeSpan? After = null) : SendResult;
}
