using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Project38.Core.Harness.Queue;
using Project38.Core.Tools.Notifications.Deliveries;
using Project38.Core.Tools.Notifications.Sending;

namespace Project38.Core.Harness.Deliveries;

/// <summary>Sends what is due, many at a time, and so many to one channel that no peer holds up the others.</summary>
internal sealed class DeliveryPump(
    DeliveryQueue queue,
    DeliveryEnds ends,
    ChannelSender sender,
    HarnessSignals signals,
    IOptions<DeliveryOptions> options,
    IOptions<QueueOptions> saving,
    TimeProvider time,
    ILogger<DeliveryPump> logger
) : IDisposable
{
    private readonly ConcurrentDictionary<string, int> _underWay = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> _sends = new();
    private readonly CancellationTokenSource _giveUp = new();
    private string _last = "";

    /// <summary>Begins all that is due and has room: one of each channel, then the next of each, as long as there are any.</summary>
    public async Task TurnAsync(CancellationToken cancellationToken)
    {
        var due = await queue.DueChannelsAsync(cancellationToken);
        // After the one that was served last, so that the first by name is not always the first.
        var turn = due.SkipWhile(channel => string.CompareOrdinal(channel, _last) <= 0).Concat(due).Distinct().ToList();
        while (turn.Count > 0)
        {
            List<string> more = [];
            foreach (var channel in turn.Where(HasRoom))
            {
                if (await queue.ClaimAsync(channel, cancellationToken) is { } batch)
                {
                    _last = channel;
                    Begin(channel, batch);
                    more.Add(channel);
                }
            }
            turn = more;
        }
    }

    /// <summary>Waits for what is under way; what is not done in time is given up, and is due again when its claim ends.</summary>
    public async Task DrainAsync()
    {
        var all = Task.WhenAll(_sends.Keys);
        try
        {
            await all.WaitAsync(options.Value.DrainLimit, time);
        }
        catch (TimeoutException)
        {
            await _giveUp.CancelAsync();
            await all;
        }
    }

    /// <summary>Waits until nothing is under way.</summary>
    public Task IdleAsync() => Task.WhenAll(_sends.Keys);

    /// <inheritdoc/>
    public void Dispose() => _giveUp.Dispose();

    // A quarter of the places is for channels that have none: peers that hang cannot take all.
    private bool HasRoom(string channel)
    {
        var own = _underWay.GetValueOrDefault(channel);
        var places = own == 0 ? options.Value.AtOnce : Math.Max(1, options.Value.AtOnce * 3 / 4);
        return own < options.Value.PerChannel && _sends.Count < places;
    }

    private void Begin(string channel, ClaimedBatch batch)
    {
        _underWay.AddOrUpdate(channel, 1, (_, count) => count + 1);
        var done = new TaskCompletionSource();
        _sends[done.Task] = true;
        _ = Task.Run(async () =>
        {
            try
            {
                await SendAsync(batch);
            }
            finally
            {
                _underWay.AddOrUpdate(channel, 0, (_, count) => count - 1);
                _sends.TryRemove(done.Task, out _);
                done.SetResult();
                signals.Deliveries.Signal();
            }
        });
    }

    private async Task SendAsync(ClaimedBatch batch)
    {
        try
        {
            var started = time.GetTimestamp();
            var result = ends.WhyNot(batch) is { } why
                ? new SendResult.Refused(why)
                : await sender.SendAsync(batch.Channel!, OutgoingMessage.Of(batch.Parts), _giveUp.Token);
            var took = time.GetElapsedTime(started);
            var status = await SaveAsync(batch, result);
            var kind = batch.Channel?.Kind.ToString() ?? "gone";
            HarnessInstruments.Delivered(kind, status.ToString(), took);
            logger.Delivered(batch.Parts[0].Channel, batch.Id, batch.Attempt, batch.Parts.Count, status);
        }
        catch (OperationCanceledException)
        {
            // Whether the peer has it nobody knows. When the claim ends, it is sent again, as the same.
            logger.DeliveryGivenUp(batch.Parts[0].Channel, batch.Id);
        }
        catch (Exception exception)
        {
            logger.DeliveryBroke(batch.Parts[0].Channel, batch.Id, exception);
        }
    }

    // Not the token of the stop: that the peer has it is to be known.
    private async Task<DeliveryStatus> SaveAsync(ClaimedBatch batch, SendResult result)
    {
        using var patience = new CancellationTokenSource(saving.Value.SaveLimit, time);
        return await new DutyLoop("deliveries", time, logger).PersistAsync(
            () => ends.RecordAsync(batch, result, patience.Token),
            patience.Token
        );
    }
}
