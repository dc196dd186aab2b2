using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tools.Http;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Core.Tools.Notifications.Deliveries;

namespace Project38.Core.Tools.Notifications.Sending;

/// <summary>Sends to channels of every kind, in bounded time; whatever goes wrong is a result with words for people.</summary>
public sealed partial class ChannelSender
{
    /// <summary>How long one go may take, whatever the peer does.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly Dictionary<ChannelKind, IChannelSender> _senders;
    private readonly KnownSecrets _known;
    private readonly TimeProvider _time;
    private readonly ILogger<ChannelSender> _logger;

    internal ChannelSender(
        IEnumerable<IChannelSender> senders,
        KnownSecrets known,
        TimeProvider time,
        ILogger<ChannelSender> logger
    ) => (_senders, _known, _time, _logger) = (senders.ToDictionary(sender => sender.Kind), known, time, logger);

    /// <summary>Sends a message that says what it is, now, whatever the channel's hours.</summary>
    public Task<SendResult> TestAsync(Channel channel, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var message = new InboxMessage
        {
            Title = "Project38: a test",
            Text = $"This is a test of the channel '{channel.Name}'. If you can read it, the channel works.",
            Source = "platform",
            IdempotencyKey = "test",
            CreatedAt = now,
        };
        var outgoing = new OutgoingMessage
        {
            SendId = $"msg_{Guid.NewGuid():N}",
            Channel = channel.Name,
            Messages = [message],
        };
        return SendAsync(channel, outgoing, cancellationToken);
    }

    /// <summary>Sends once.</summary>
    /// <param name="channel">Where.</param>
    /// <param name="message">What.</param>
    /// <param name="cancellationToken">Gives it up; nobody knows then whether the peer has it.</param>
    internal async Task<SendResult> SendAsync(
        Channel channel,
        OutgoingMessage message,
        CancellationToken cancellationToken
    )
    {
        using var limit = new CancellationTokenSource(Limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var settings = ChannelSettings.Of(channel);
            return Clean(await _senders[channel.Kind].SendAsync(settings, message, either.Token));
        }
        catch (SecretException fault)
        {
            return Clean(new SendResult.Failed(fault.Message));
        }
        catch (Exception fault) when (WebClient.Inner<ToolException>(fault) is { } words)
        {
            return Clean(
                words is ToolRefusedException
                    ? new SendResult.Refused(words.Message)
                    : new SendResult.Failed(words.Message)
            );
        }
        catch (Exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new SendResult.Failed($"No answer came within {Limit.TotalSeconds:0} seconds.");
        }
        catch (HttpRequestException fault)
        {
            return new SendResult.Failed(WebClient.Words(fault));
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            return new SendResult.Failed("The connection broke off.");
        }
#pragma warning disable CA1031 // The wall: whatever a peer answers, what came of it is recorded, or it would be sent again and again.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            // Its words may hold an address with a token in it.
            Unforeseen(_logger, channel.Name, fault.GetType());
            return new SendResult.Failed("What the peer answered could not be read.");
        }
    }

    // What a peer says is a stranger's: one line, short, and without what we sent it in confidence.
    private SendResult Clean(SendResult result) =>
        result switch
        {
            SendResult.Delivered(var said) => new SendResult.Delivered(Clean(said)),
            SendResult.Refused(var why) => new SendResult.Refused(Clean(why)),
            SendResult.Failed(var why, var after) => new SendResult.Failed(Clean(why), after),
            _ => result,
        };

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Sending to the channel {Channel} ended in a {Fault}, which nobody foresaw"
    )]
    private static partial void Unforeseen(ILogger logger, string channel, Type fault);

    private string Clean(string text) =>
        StorableText.Cut(LineText.Clean(StorableText.Clean(_known.Redact(text))), Delivery.MaxError);
}
