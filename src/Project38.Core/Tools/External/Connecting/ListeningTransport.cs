using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Project38.Core.Tools.External.Connecting;

/// <summary>The way to a tool server that is only listened to: what it asks is dropped, and what it says is counted.</summary>
/// <remarks>
/// The SDK answers whatever a server asks, be it a ping, without waiting for one answer before it begins the next. By HTTP each is a
/// request of its own, in whose body the server may ask again.
/// </remarks>
internal sealed class ListeningTransport : IClientTransport, IAsyncDisposable
{
    private readonly IClientTransport _inner;
    private readonly CancellationTokenSource _exceeded = new();
    private volatile bool _hasNews;

    /// <summary>Listens by a transport, which it disposes.</summary>
    /// <param name="inner">The way itself.</param>
    /// <param name="most">Messages of one conversation, answers included.</param>
    public ListeningTransport(IClientTransport inner, int most) =>
        (_inner, Most, Exceeded) = (inner, most, _exceeded.Token);

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <summary>Messages of one conversation.</summary>
    public int Most { get; }

    /// <summary>Cancelled when there were more; nothing more is read then.</summary>
    public CancellationToken Exceeded { get; }

    /// <summary>Whether it said that its list of tools is another one, since this was set to false.</summary>
    /// <remarks>Noted as it is read, so before what the server says next: the SDK hands on each message for itself, in no order.</remarks>
    public bool HasNews
    {
        get => _hasNews;
        set => _hasNews = value;
    }

    /// <inheritdoc/>
    public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default)
    {
        var session = await _inner.ConnectAsync(cancellationToken);
        return new Session(session, new Heard(session.MessageReader, this));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_inner is IAsyncDisposable open)
        {
            await open.DisposeAsync();
        }

        _exceeded.Dispose();
    }

    private sealed class Session(ITransport inner, Heard heard) : ITransport
    {
        public string? SessionId => inner.SessionId;

        public ChannelReader<JsonRpcMessage> MessageReader => heard;

        public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default) =>
            inner.SendMessageAsync(message, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    /// <summary>What the SDK gets to read; it has one reader.</summary>
    private sealed class Heard(ChannelReader<JsonRpcMessage> inner, ListeningTransport transport)
        : ChannelReader<JsonRpcMessage>
    {
        private int _count;

        public override Task Completion => inner.Completion;

        public override bool TryRead([MaybeNullWhen(false)] out JsonRpcMessage item)
        {
            while (!transport.Exceeded.IsCancellationRequested && inner.TryRead(out item))
            {
                if (++_count > transport.Most)
                {
                    // Not awaited: whoever is told of it would be told from within the SDK's one loop.
                    _ = transport._exceeded.CancelAsync();
                    break;
                }

                if (item is JsonRpcNotification { Method: NotificationMethods.ToolListChangedNotification })
                {
                    transport.HasNews = true;
                }

                if (item is not JsonRpcRequest)
                {
                    return true;
                }
            }

            item = null;
            return false;
        }

        // An end, and no exception: the SDK's loop then fails what is waited for, and can be disposed.
        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
            transport.Exceeded.IsCancellationRequested
                ? ValueTask.FromResult(false)
                : inner.WaitToReadAsync(cancellationToken);
    }
}
