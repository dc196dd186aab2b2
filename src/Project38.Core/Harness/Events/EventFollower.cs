using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Project38.Core.Harness.Events;

/// <summary>Which events somebody wants.</summary>
/// <param name="AgentId">Only about this agent; null: about any or none.</param>
/// <param name="TaskId">Only about this task; null: about any or none.</param>
/// <param name="Kind">Only of this kind; null: of any.</param>
public sealed record EventFilter(long? AgentId = null, long? TaskId = null, string? Kind = null)
{
    internal bool Takes(PlatformEvent one) =>
        (AgentId is null || one.AgentId == AgentId)
        && (TaskId is null || one.TaskId == TaskId)
        && (Kind is null || one.Kind == Kind);
}

/// <summary>Somebody who follows: gets each event once, in order. Dispose it to leave.</summary>
public sealed class EventFollower : IDisposable
{
    private const int Page = 500;

    /// <summary>How far one may fall behind the others before he is let go, to resume by himself.</summary>
    internal const int Room = 256;

    private readonly Channel<PlatformEvent> _live = Channel.CreateBounded<PlatformEvent>(
        new BoundedChannelOptions(Room) { SingleReader = true, SingleWriter = true }
    );
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _left = new();
    private readonly EventLog _log;
    private readonly EventFilter _filter;

    internal EventFollower(EventLog log, EventFilter filter)
    {
        (_log, _filter) = (log, filter);
        Left = _left.Token;
    }

    /// <summary>All events up to here were given out, or were not wanted.</summary>
    public EventPosition Position { get; private set; } = new(0, 0);

    /// <summary>Cancelled when this follower was too slow; there is nothing more for him.</summary>
    public CancellationToken Left { get; }

    /// <summary>Completes when the events from now on are his.</summary>
    internal Task Joined => _joined.Task;

    /// <summary>Lets him in at a place.</summary>
    internal void Join(EventPosition position)
    {
        Position = position;
        _joined.TrySetResult();
    }

    /// <summary>Gives him an event; never waits.</summary>
    internal void Offer(PlatformEvent one)
    {
        if (!_live.Writer.TryWrite(one))
        {
            Leave();
        }
    }

    /// <summary>Ends it.</summary>
    internal void Leave()
    {
        _live.Writer.TryComplete();
        // Not here: what hangs on it would run in the loop that serves all others.
        _ = _left.CancelAsync();
    }

    /// <summary>The events that follow; once.</summary>
    /// <param name="after">The last one that was seen; null: from now on.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<PlatformEvent> ReadAsync(
        EventPosition? after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (after is { } seen)
        {
            var now = Position;
            Position = seen;
            IReadOnlyList<PlatformEvent>? page;
            do
            {
                page = await _log.AfterAsync(Position, Page, cancellationToken);
                if (page is null)
                {
                    yield return new PlatformEvent
                    {
                        Kind = EventKinds.Reset,
                        TransactionId = now.Transaction,
                        Id = now.Id,
                    };
                    Position = now;
                    break;
                }
                foreach (var one in page)
                {
                    if (_filter.Takes(one))
                    {
                        yield return one;
                    }
                    Position = one.Position;
                }
            } while (page.Count == Page);
        }

        await foreach (var one in _live.Reader.ReadAllAsync(cancellationToken))
        {
            // What was read above comes once more.
            if (!one.Position.IsAfter(Position))
            {
                continue;
            }
            if (_filter.Takes(one))
            {
                yield return one;
            }
            // After it was taken, so that nobody resumes behind what he never got.
            Position = one.Position;
        }
    }

    /// <summary>Waits until something wanted happens, for those who look for themselves what it was.</summary>
    /// <returns>False when this follower was too slow.</returns>
    internal async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        while (await _live.Reader.WaitToReadAsync(cancellationToken))
        {
            var wanted = false;
            while (_live.Reader.TryRead(out var one))
            {
                wanted |= _filter.Takes(one);
            }
            if (wanted)
            {
                return true;
            }
        }
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => Leave();
}
