using Project38.Core.Harness.Queue;
using Project38.Core.Tools;

namespace Project38.Core.Harness.Workers;

/// <summary>The lease of a run that a worker carries out. <see cref="LeaseKeeper"/> renews it.</summary>
/// <remarks>
/// It counts by this machine's monotonic clock from the moment <em>before</em> the claim and each renewal was sent, so it ends here
/// before anybody else may begin the task, whatever the network does.
/// </remarks>
/// <param name="queue">Knows whether it is held.</param>
/// <param name="claim">What is held.</param>
/// <param name="claimedAt">Monotonic timestamp from before it was claimed.</param>
/// <param name="limit">How long it holds without being renewed.</param>
/// <param name="time">The clock.</param>
/// <param name="lost">Cancelled when it is known to be lost.</param>
internal sealed class TaskLease(
    ITaskQueue queue,
    ClaimedTask claim,
    long claimedAt,
    TimeSpan limit,
    TimeProvider time,
    CancellationToken lost
) : IRunLease
{
    private long _renewedAt = claimedAt;

    /// <summary>What is held.</summary>
    public ClaimedTask Claim => claim;

    /// <summary>How long ago it was renewed.</summary>
    public TimeSpan Age => time.GetElapsedTime(Volatile.Read(ref _renewedAt));

    /// <summary>How long it still holds.</summary>
    public TimeSpan Left => limit - Age;

    /// <inheritdoc/>
    public bool IsHeldByClock => !lost.IsCancellationRequested && Left > TimeSpan.Zero;

    /// <inheritdoc/>
    public async ValueTask<bool> IsHeldAsync(CancellationToken cancellationToken) =>
        !lost.IsCancellationRequested && await queue.IsHeldAsync(claim, cancellationToken);

    /// <summary>Says that it was renewed.</summary>
    /// <param name="sentAt">Monotonic timestamp from before that was asked for.</param>
    public void Renewed(long sentAt) => Volatile.Write(ref _renewedAt, sentAt);
}
