using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Project38.Core.Harness.Events;

/// <summary>Reads the events once for all who follow on this node, and not at all when nobody does.</summary>
public sealed class EventHub : BackgroundService
{
    private const int Page = 500;

    // How late an event of another node may be; what this node does wakes the hub at once.
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    // A busy node wakes it a thousand times a second; forty looks are as good.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(25);

    private readonly ConcurrentQueue<EventFollower> _joining = new();
    private readonly List<EventFollower> _followers = [];
    private readonly EventLog _log;
    private readonly HarnessSignals _signals;
    private readonly TimeProvider _time;
    private readonly ILogger<EventHub> _logger;
    private EventPosition? _position;

    internal EventHub(EventLog log, HarnessSignals signals, TimeProvider time, ILogger<EventHub> logger) =>
        (_log, _signals, _time, _logger) = (log, signals, time, logger);

    /// <summary>Lets somebody follow.</summary>
    /// <returns>Who has the place of all events from now on.</returns>
    public async Task<EventFollower> FollowAsync(EventFilter filter, CancellationToken cancellationToken)
    {
        var follower = new EventFollower(_log, filter);
        _joining.Enqueue(follower);
        _signals.Events.Signal();
        try
        {
            await follower.Joined.WaitAsync(cancellationToken);
            return follower;
        }
        catch
        {
            follower.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new DutyLoop("event hub", _time, _logger).RunAsync(TurnAsync, stoppingToken);

    private async Task TurnAsync(CancellationToken cancellationToken)
    {
        _followers.RemoveAll(follower => follower.Left.IsCancellationRequested);
        if (_followers.Count == 0 && _joining.IsEmpty)
        {
            _position = null;
            await _signals.Events.SleepAsync(Timeout.InfiniteTimeSpan, cancellationToken);
            return;
        }

        // Those who asked before the look below stand behind all that it finds: for them it is the past.
        var joining = _joining.Count;
        var position = _position ??= await _log.LastAsync(cancellationToken);
        if (await _log.AfterAsync(position, Page, cancellationToken) is not { } events)
        {
            // Nobody looked for a day, or the database is another one: each resumes by himself.
            _followers.ForEach(follower => follower.Leave());
            _position = null;
            return;
        }
        foreach (var one in events)
        {
            _followers.ForEach(follower => follower.Offer(one));
            _position = position = one.Position;
        }
        for (; joining > 0 && _joining.TryDequeue(out var follower); joining--)
        {
            follower.Join(position);
            _followers.Add(follower);
        }
        if (events.Count < Page)
        {
            await Task.Delay(Pace, _time, cancellationToken);
            await _signals.Events.SleepAsync(Poll, cancellationToken);
        }
    }
}
