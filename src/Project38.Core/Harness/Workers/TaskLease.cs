using Project38.Core.Harness.Queue;
using Project38.Core.Tools;

namespace Project38.Core.Harness.Workers;

/// <summary>The lease of a run that a worker carries out: asks the database for the fence, at every tool call.</summary>
internal sealed class TaskLease(ITaskQueue queue, ClaimedTask claim, CancellationToken lost) : IRunLease
{
    /// <inheritdoc/>
    public async ValueTask<bool> IsHeldAsync(CancellationToken cancellationToken) =>
        !lost.IsCancellationRequested && await queue.IsHeldAsync(claim, cancellationToken);
}
