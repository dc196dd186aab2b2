using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Project38.Core.Harness.Queue;

namespace Project38.Core.Harness.Workers;

/// <summary>The runs of this node: claims as many tasks as it has free slots, and carries them out side by side.</summary>
internal sealed class WorkerPool(
    ITaskQueue queue,
    QueueMaintenance maintenance,
    TaskRunner runner,
    NodeId node,
    WorkerDrain drain,
    IOptions<WorkerOptions> options,
    HarnessSignals signals,
    TimeProvider time,
    ILogger<WorkerPool> logger
) : ISlots, IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<Task, long> _runs = [];
    private volatile Claimant? _claimant;
    private volatile bool _isDraining;
    private volatile bool _mayHoldUnread;

    /// <summary>Completes when a run broke for a reason that is ours; the host stops then.</summary>
    public Task Broken => _broken.Task;

    private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs under way.</summary>
    public int Running
    {
        get
        {
            lock (_gate)
            {
                return _runs.Count;
            }
        }
    }

    /// <summary>Fills the free slots with due tasks; with none after <see cref="StopClaiming"/>.</summary>
    /// <remarks>
    /// Not cancelled: a claim that was made without its answer being read would hold its task until the lease ends, and
    /// would count as one of its runs.
    /// </remarks>
    /// <returns>True when there may be more to claim at once.</returns>
    public async Task<bool> FillAsync(ClaimScope scope)
    {
        var free = options.Value.Slots - Running;
        if (free <= 0 || !MayClaim)
        {
            return false;
        }
        _claimant ??= new Claimant(node.Value, scope);
        if (_mayHoldUnread)
        {
            await HandBackUnreadAsync();
        }
        // Before the claim: the lease began no earlier, so counting from here never overstates it.
        var claimedAt = time.GetTimestamp();
        IReadOnlyList<ClaimedTask> claims;
        try
        {
            claims = await queue.ClaimAsync(node.Value, free, scope, CancellationToken.None);
        }
        catch (Exception exception) when (DutyLoop.IsDatabaseFailure(exception))
        {
            ClaimUnanswered();
            throw;
        }
        foreach (var claim in claims)
        {
            Begin(claim, claimedAt);
        }
        return claims.Count == free && Running < options.Value.Slots;
    }

    /// <summary>Claims nothing from now on; the runs under way go on, and end without a claim.</summary>
    public void StopClaiming() => _isDraining = true;

    /// <summary>Waits for the runs under way; after the limit, or when the drain is over, their tasks are handed back.</summary>
    public async Task DrainAsync()
    {
        var limit = options.Value.DrainLimit;
        StopClaiming();
        if (Running > 0)
        {
            logger.Draining(limit, Running);
        }
        using (var enough = new CancellationTokenSource(limit, time))
        {
            try
            {
                await IdleAsync().WaitAsync(enough.Token);
            }
            catch (OperationCanceledException) when (enough.IsCancellationRequested)
            {
                logger.HandingBack(Running);
                await drain.HandBackAsync();
            }
        }
        await IdleAsync();
    }

    /// <inheritdoc/>
    Claimant? ISlots.Claimant => MayClaim ? _claimant : null;

    /// <inheritdoc/>
    public async Task<IDisposable> TakeTurnAsync()
    {
        await _turn.WaitAsync(CancellationToken.None);
        return new Turn(_turn);
    }

    /// <inheritdoc/>
    public void Begin(ClaimedTask claim, long claimedAt)
    {
        lock (_gate)
        {
            Task? run = null;
            run = Task.Run(() => RunAsync(claim, claimedAt));
            _runs.Add(run, claim.TaskId);
            _ = run.ContinueWith(Ended, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <inheritdoc/>
    public void ClaimUnanswered() => _mayHoldUnread = true;

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private bool MayClaim => !_isDraining && !drain.Over.IsCancellationRequested;

    private async Task HandBackUnreadAsync()
    {
        using var turn = await TakeTurnAsync();
        // First: whatever is unanswered meanwhile is looked for the next time.
        _mayHoldUnread = false;
        List<long> known;
        lock (_gate)
        {
            known = [.. _runs.Values];
        }
        try
        {
            await maintenance.HandBackUnreadAsync(known, CancellationToken.None);
        }
        catch (Exception exception) when (DutyLoop.IsDatabaseFailure(exception))
        {
            _mayHoldUnread = true;
            throw;
        }
    }

    private async Task RunAsync(ClaimedTask claim, long claimedAt)
    {
        try
        {
            await runner.RunAsync(claim, claimedAt, this, drain.Over);
        }
        catch (Exception exception)
        {
            // The runner deals with all that a run or the database may do; what is left is a fault of ours.
            _broken.TrySetException(exception);
        }
    }

    private void Ended(Task run)
    {
        lock (_gate)
        {
            _runs.Remove(run);
        }
        signals.Work.Signal();
    }

    // A completion that was under way when the drain began may still begin a task.
    private async Task IdleAsync()
    {
        while (Running > 0)
        {
            await AllAsync();
        }
    }

    private Task AllAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_runs.Keys);
        }
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
