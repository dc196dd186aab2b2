using System.Text;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications.Deliveries;

namespace Project38.Core.Tools.Notifications.Sending;

/// <summary>What goes to a channel in one delivery: a message, or several as a digest.</summary>
internal sealed record OutgoingMessage
{
    // Bytes of UTF-8 that a mail or a webhook carries at most; what is more stands in the inbox. Our own hooks take 256 KB.
    private const int MaxText = 64 * 1024;

    /// <summary>The same at every attempt, and no other delivery's.</summary>
    public required string SendId { get; init; }

    /// <summary>Name of the channel.</summary>
    public required string Channel { get; init; }

    /// <summary>The messages, oldest first.</summary>
    public required IReadOnlyList<InboxMessage> Messages { get; init; }

    /// <summary>See <see cref="Delivery.AnswerToken"/>; null: it asks nothing, or with others.</summary>
    public string? AnswerToken { get; init; }

    /// <summary>One line.</summary>
    public string Title =>
        Messages is [var only]
            ? LineText.Clean(only.Title)
            : $"{Messages.Count} messages: {LineText.Clean(Messages[0].Title)}, …";

    /// <summary>When the last of them came to be.</summary>
    public DateTimeOffset At => Messages[^1].CreatedAt;

    /// <summary>All their texts; of several, each under its title.</summary>
    public string Text
    {
        get
        {
            if (Messages is [var only])
            {
                return only.Text;
            }
            var carried = Carried;
            var text = string.Join(
                "\n\n",
                carried.Select(message => $"— {LineText.Clean(message.Title)}\n{message.Text}")
            );
            return carried.Count == Messages.Count
                ? text
                : $"{text}\n\n… and {Messages.Count - carried.Count} more, in the inbox.";
        }
    }

    /// <summary>Those whose texts it carries: the first, and as many more as there is room for.</summary>
    public IReadOnlyList<InboxMessage> Carried
    {
        get
        {
            var bytes = 0;
            return
            [
                .. Messages.TakeWhile(message =>
                    (bytes += Encoding.UTF8.GetByteCount(message.Text)) <= MaxText || message == Messages[0]
                ),
            ];
        }
    }

    /// <summary>That of deliveries which go out together.</summary>
    public static OutgoingMessage Of(IReadOnlyList<Delivery> deliveries) =>
        new()
        {
            SendId = deliveries[0].SendId,
            Channel = deliveries[0].Channel,
            Messages = [.. deliveries.Select(delivery => delivery.Message)],
            AnswerToken = deliveries is [var only] ? only.AnswerToken : null,
        };
}
