using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Project38.Core.Execution;
using Project38.Core.Harness.Queue;
using Project38.Core.Storage;
using Project38.Core.Tools.Records;
using Project38.Sandbox;

namespace Project38.Core.Harness.Workers;

/// <summary>Carries out one claimed task, from the agent's row to the saved result.</summary>
internal sealed class TaskRunner(
    ITaskQueue queue,
    LeaseKeeper keeper,
    RunRequests requests,
    ExecuteRun execute,
    RunWatcher watcher,
    TaskCompletion completion,
    IOptions<QueueOptions> options,
    HarnessSignals signals,
    TimeProvider time,
    ILogger<TaskRunner> logger
)
{
    private const string Discarded = "discarded";
    private const string HandedBack = "handed_back";

    private static readonly TimeSpan KeepLimit = TimeSpan.FromSeconds(5);

    /// <summary>Runs a task. No transaction is open while its run runs.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="claimedAt">Monotonic timestamp from before it was claimed.</param>
    /// <param name="slots">Where the task begins that is claimed when this one has ended; null: none is.</param>
    /// <param name="cancellationToken">Ends the run and hands the task back.</param>
    public async Task RunAsync(ClaimedTask claim, long claimedAt, ISlots? slots, CancellationToken cancellationToken)
    {
        using var span = HarnessInstruments.TraceRun(claim);
        using var keeping = new CancellationTokenSource();
        using var lost = new CancellationTokenSource();
        var lease = keeper.Open(claim, claimedAt, lost.Token);
        var kept = KeepAsync(lease, lost, keeping.Token);
        try
        {
            var outcome = await RunHeldAsync(lease, span, slots, lost.Token, cancellationToken);
            span?.SetTag("outcome", outcome);
            if (outcome is not ("succeeded" or RecordedCall.Asked or Discarded or HandedBack))
            {
                span?.SetStatus(ActivityStatusCode.Error);
            }
        }
        finally
        {
            await keeping.CancelAsync();
            await kept;
        }
    }

    private async Task KeepAsync(TaskLease lease, CancellationTokenSource lost, CancellationToken stop)
    {
        try
        {
            await keeper.KeepAsync(lease, stop);
            await lost.CancelAsync();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run ended with its lease held.
        }
    }

    /// <summary>Runs, and deals with what came of it.</summary>
    /// <returns>How the run ended, for its span: its outcome, or what became of its claim.</returns>
    private async Task<string> RunHeldAsync(
        TaskLease lease,
        Activity? span,
        ISlots? slots,
        CancellationToken lost,
        CancellationToken stop
    )
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lost, stop);
        var claim = lease.Claim;
        var persist = new DutyLoop("run", time, logger);
        signals.Events.Signal();
        logger.RunBegan(claim.TaskId, claim.AgentId, claim.Attempt, claim.Fence);
        try
        {
            // 1. Everything the run needs, as it is now: the version that is current when the run begins.
            var prepared = await persist.PersistAsync(
                () => requests.PrepareAsync(claim, lease, either.Token),
                either.Token
            );
            if (prepared is null)
            {
                // Deleted meanwhile; the maintenance cancels its tasks.
                return Discarded;
            }

            // 2. The run.
            var startedAt = time.GetTimestamp();
            var result = prepared.Refusal ?? await ExecuteAsync(prepared.Request, claim, either.Token);
            var took = time.GetElapsedTime(startedAt);
            span?.SetTag("p38.sandbox.level", result.Trace.Exit?.Level.ToSnakeCase());

            // 3. Its end. A result that is there is saved, even when we are told to stop meanwhile.
            return lost.IsCancellationRequested ? await KeepLogAsync(prepared.End(claim, result, took), persist)
                : stop.IsCancellationRequested && result is RunResult.Killed ? await HandBackAsync(claim, persist)
                : await SaveAsync(prepared.End(claim, result, took), slots, persist);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            return Discard(claim);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return await HandBackAsync(claim, persist);
        }
    }

    private async Task<RunResult> ExecuteAsync(
        RunRequest request,
        ClaimedTask claim,
        CancellationToken cancellationToken
    )
    {
        try
        {
            WatchRun watch = (view, ended) => watcher.WatchAsync(claim, view, ended);
            return await execute(request with { Watch = watch }, cancellationToken);
        }
        catch (SandboxUnavailableException exception)
        {
            // Made for people: it says what the machine lacks and what to do.
            return RunRequests.NotRun(exception.Message, retry: true);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // One run that the platform cannot carry out must not take the others with it.
            logger.RunBroke(claim.TaskId, exception);
            return RunRequests.NotRun("The platform could not carry out the run; its own log says why.", retry: true);
        }
    }

    private async Task<string> SaveAsync(EndedRun ended, ISlots? slots, DutyLoop persist)
    {
        var claim = ended.Claim;
        var outcome = Verdict.OutcomeOf(ended.Result);
        var limit = options.Value.SaveLimit;
        using var saving = new CancellationTokenSource(limit, time);
        try
        {
            var status = await persist.PersistAsync(
                () => completion.SaveAsync(ended, slots, saving.Token),
                saving.Token
            );
            if (status is null)
            {
                return await KeepLogAsync(ended, persist);
            }
            HarnessInstruments.RunEnded(outcome, ended.Took);
            logger.RunEnded(claim.TaskId, claim.AgentId, claim.Attempt, outcome, status.Value.ToSnakeCase());
            signals.Finished();
            if (status is AgentTaskStatus.Pending)
            {
                signals.Due();
            }
            if (status is AgentTaskStatus.Waiting)
            {
                // The question may be on its way to a channel.
                signals.Deliveries.Signal();
            }
        }
        catch (Exception exception)
            when (saving.IsCancellationRequested
                && (exception is OperationCanceledException || DutyLoop.IsDatabaseFailure(exception))
            )
        {
            logger.NotSaved(claim.TaskId, limit);
        }
        return outcome;
    }

    // Whoever cancelled it wants to see how far it came. The result itself is void.
    private async Task<string> KeepLogAsync(EndedRun ended, DutyLoop persist)
    {
        using var limit = new CancellationTokenSource(KeepLimit, time);
        try
        {
            _ = await persist.PersistAsync(() => completion.KeepAsync(ended, limit.Token), limit.Token);
        }
        catch (Exception exception)
            when (limit.IsCancellationRequested
                && (exception is OperationCanceledException || DutyLoop.IsDatabaseFailure(exception))
            )
        {
            logger.NotSaved(ended.Claim.TaskId, KeepLimit);
        }
        return Discard(ended.Claim);
    }

    private async Task<string> HandBackAsync(ClaimedTask claim, DutyLoop persist)
    {
        // Not the run's token: that one is cancelled already. If it fails, the lease ends by itself.
        using var limit = new CancellationTokenSource(KeepLimit, time);
        try
        {
            if (await persist.PersistAsync(() => queue.HandBackAsync(claim, limit.Token), limit.Token))
            {
                logger.HandedBack(claim.TaskId);
                signals.Due();
            }
        }
        catch (Exception exception)
            when (limit.IsCancellationRequested
                && (exception is OperationCanceledException || DutyLoop.IsDatabaseFailure(exception))
            )
        {
            logger.NotSaved(claim.TaskId, KeepLimit);
        }
        return HandedBack;
    }

    private string Discard(ClaimedTask claim)
    {
        logger.Discarded(claim.TaskId, claim.Fence);
        HarnessInstruments.Discarded();
        signals.Finished();
        return Discarded;
    }
}
