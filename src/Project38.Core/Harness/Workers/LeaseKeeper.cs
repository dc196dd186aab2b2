using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Project38.Core.Harness.Queue;

namespace Project38.Core.Harness.Workers;

/// <summary>Renews the lease of one run, and notices when the claim is gone: cancelled, or claimed by another.</summary>
/// <remarks>
/// It counts by this machine's monotonic clock from the moment <em>before</em> each renewal was sent, and gives up a
/// sixth of a lease early: whatever the network does, a run ends here before anyone else may begin it.
/// </remarks>
internal sealed class LeaseKeeper(
    ITaskQueue queue,
    IOptions<QueueOptions> options,
    TimeProvider time,
    ILogger<LeaseKeeper> logger
)
{
    /// <summary>Keeps a lease until told to stop.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="claimedAt">Monotonic timestamp from before it was claimed.</param>
    /// <param name="cancellationToken">Stops keeping it.</param>
    /// <returns>Completes only when the lease is lost.</returns>
    /// <exception cref="OperationCanceledException">Told to stop; the lease was held until then.</exception>
    public async Task KeepAsync(ClaimedTask claim, long claimedAt, CancellationToken cancellationToken)
    {
        var (lease, heartbeat, poll) = (options.Value.Lease, options.Value.Heartbeat, options.Value.Poll);
        var limit = lease - lease / 6;
        var renewedAt = claimedAt;
        while (true)
        {
            await Task.Delay(poll, time, cancellationToken);
            var left = limit - time.GetElapsedTime(renewedAt);
            if (left <= TimeSpan.Zero)
            {
                logger.LeaseNotRenewed(claim.TaskId);
                return;
            }

            var now = time.GetTimestamp();
            var renew = time.GetElapsedTime(renewedAt, now) >= heartbeat;
            if (await AskAsync(claim, renew, left, cancellationToken) is not { } held)
            {
                continue;
            }
            if (!held)
            {
                return;
            }
            if (renew)
            {
                renewedAt = now;
            }
        }
    }

    // Null: the database did not answer. A connection that hangs is no answer either.
    private async Task<bool?> AskAsync(ClaimedTask claim, bool renew, TimeSpan atMost, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            return renew
                ? await queue.HeartbeatAsync(claim, either.Token)
                : await queue.IsHeldAsync(claim, either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception) when (DutyLoop.IsDatabaseFailure(exception) && !stop.IsCancellationRequested)
        {
            return null;
        }
    }
}
