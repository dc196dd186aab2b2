using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Project38.Core.Harness.Queue;

namespace Project38.Core.Harness.Workers;

/// <summary>Renews leases of runs, and notices when a claim is gone: cancelled, or claimed by another.</summary>
/// <remarks>It gives up a sixth of a lease early: whatever the network does, a run ends here before anyone else may begin it.</remarks>
internal sealed class LeaseKeeper(
    ITaskQueue queue,
    IOptions<QueueOptions> options,
    TimeProvider time,
    ILogger<LeaseKeeper> logger
)
{
    /// <summary>The lease that came with a claim.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="claimedAt">Monotonic timestamp from before it was claimed.</param>
    /// <param name="lost">Cancelled by whoever keeps it, when it is lost.</param>
    public TaskLease Open(ClaimedTask claim, long claimedAt, CancellationToken lost) =>
        new(queue, claim, claimedAt, options.Value.Lease - options.Value.Lease / 6, time, lost);

    /// <summary>Keeps a lease until told to stop.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="cancellationToken">Stops keeping it.</param>
    /// <returns>Completes only when the lease is lost.</returns>
    /// <exception cref="OperationCanceledException">Told to stop; the lease was held until then.</exception>
    public async Task KeepAsync(TaskLease lease, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(options.Value.Poll, time, cancellationToken);
            var left = lease.Left;
            if (left <= TimeSpan.Zero)
            {
                logger.LeaseNotRenewed(lease.Claim.TaskId);
                return;
            }

            var now = time.GetTimestamp();
            var renew = lease.Age >= options.Value.Heartbeat;
            if (await AskAsync(lease.Claim, renew, left, cancellationToken) is not { } held)
            {
                continue;
            }
            if (!held)
            {
                return;
            }
            if (renew)
            {
                lease.Renewed(now);
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
