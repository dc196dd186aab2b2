using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Project38.Core.Execution;
using Project38.Core.Execution.Records;
using Project38.Core.Handoffs;
using Project38.Core.Harness.Approvals;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications;
using Project38.Core.Tools.Usage;

namespace Project38.Core.Harness.Queue;

/// <summary>
/// Writes how a run ended: the task, the run, the handoff and the owner's message in one transaction, and only while the
/// claim is held. On PostgreSQL the usual ends are saved together, see <see cref="CompletionGroup"/>.
/// </summary>
internal sealed class TaskCompletion(
    IDbContextFactory<ProductDb> databases,
    CompletionGroup group,
    HandoffStore handoffs,
    AskedTasks asked,
    RunRecords records,
    IOptions<QueueOptions> options
)
{
    /// <summary>Saves the end of a run.</summary>
    /// <param name="ended">It.</param>
    /// <param name="slots">As <see cref="CompletionGroup.TrySaveAsync"/> takes them.</param>
    /// <param name="cancellationToken">Stops waiting; what was committed holds.</param>
    /// <returns>The task's new status; null when the claim was no longer held, and nothing was changed.</returns>
    public async Task<AgentTaskStatus?> SaveAsync(EndedRun ended, ISlots? slots, CancellationToken cancellationToken)
    {
        try
        {
            return await SaveWholeAsync(ended, slots, cancellationToken);
        }
        catch (SecretException exception)
        {
            // Without a master key nothing is sealed, and no record is kept. The run is over all the same, and said to be.
            return await SaveWholeAsync(WithoutRecord(ended, exception.Message), slots, cancellationToken);
        }
    }

    private static EndedRun WithoutRecord(EndedRun ended, string why) =>
        ended with
        {
            KeepsRecord = false,
            Result =
                ended.Result is RunResult.Asked
                    ? new RunResult.Failed(
                        $"Nobody could be asked, for what it did so far cannot be kept. {why}",
                        Retry: false
                    )
                    {
                        Trace = ended.Result.Trace,
                    }
                    : ended.Result,
        };

    private async Task<AgentTaskStatus?> SaveWholeAsync(
        EndedRun ended,
        ISlots? slots,
        CancellationToken cancellationToken
    )
    {
        var claim = ended.Claim;
        var verdict = Verdict.Of(ended.Result, claim.Attempt, claim.MaxAttempts, attempt => WaitAfter(ended, attempt));
        var run = new JudgedRun(ended, verdict);
        // Of one that failed for good its owner must hear, and its agent may have to be stopped. One that asks leaves a question,
        // and one that went on from an answer a record.
        var usual =
            (verdict is not Verdict.Over || claim.DryRun)
            && verdict is not Verdict.Asks
            && !ended.WentOn
            && ToKeep(ended) is null;
        return usual && await group.TrySaveAsync(run, slots, cancellationToken)
            ? verdict.Status
            : await SaveAloneAsync(run, cancellationToken);
    }

    /// <summary>Saves the end of a run in a transaction of its own, whatever it takes.</summary>
    /// <returns>As <see cref="SaveAsync"/>.</returns>
    public async Task<AgentTaskStatus?> SaveAloneAsync(JudgedRun run, CancellationToken cancellationToken)
    {
        var (ended, verdict) = run;
        var claim = ended.Claim;
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = await DatabaseClock.NowAsync(db, cancellationToken);

        // 1. The fence. Everything below happens only if this row was still ours, and under its lock.
        if (await SettleAsync(db, claim, verdict, ended.Result, now, cancellationToken) == 0)
        {
            return await SavedBeforeAsync(db, claim, cancellationToken);
        }

        // 2. What the run leaves.
        var number = await NumberOfAsync(db, ended, cancellationToken);
        var row = await AddRunAsync(db, ended, number, now, cancellationToken);
        if (verdict is Verdict.Asks asks)
        {
            // Not its notes: it is executed again, and makes them again.
            await asked.AddAsync(db, ended, asks.Question, row, now, cancellationToken);
        }
        else if (ToKeep(ended) is { } record)
        {
            await records.AddAsync(db, row, record, now, cancellationToken);
        }
        if (verdict is not Verdict.Asks && !claim.DryRun)
        {
            await handoffs.AppendAsync(
                db,
                ended.Agent.Id,
                number,
                ended.Result.Trace.Handoff,
                succeeded: ended.Result is RunResult.Succeeded,
                now,
                cancellationToken
            );
        }

        if (ended.WentOn && verdict.Status.IsFinished)
        {
            await RunRecords.ForgetAsync(db, claim.TaskId, cancellationToken);
        }

        // 3. Who waits for its success, and who must hear of its failure: nobody looks at a task that failed in the night. A
        //    dry run starts nobody, and somebody waits for it.
        if (verdict is Verdict.Done done && !claim.DryRun)
        {
            await Followers.StartAsync(db, ended, done.Output, now, cancellationToken);
        }
        if (
            verdict is Verdict.Over over
            && !claim.DryRun
            && !await FailingAgents.StopAsync(db, ended, over.Error, now, cancellationToken)
        )
        {
            db.Inbox.Add(FailureMessage.Of(ended.Agent, claim.TaskId, claim.Fence, claim.Attempt, over.Error, now));
        }
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return verdict.Status;
    }

    /// <summary>
    /// Keeps the log of a run whose task was ended from outside, by a person's cancel for example. Its task, its handoff
    /// and the inbox stay as they are; a task that is to be carried out again gets nothing at all.
    /// </summary>
    /// <returns>Whether the run is kept.</returns>
    public async Task<bool> KeepAsync(EndedRun ended, CancellationToken cancellationToken)
    {
        var claim = ended.Claim;
        await using var db = databases.CreateDbContext();
        var isOver = await db.Tasks.AnyAsync(
            task => task.Id == claim.TaskId && task.Fence == claim.Fence && task.CompletedAt != null,
            cancellationToken
        );
        if (!isOver)
        {
            return false;
        }

        if (await SavedBeforeAsync(db, claim, cancellationToken) is null)
        {
            var now = await DatabaseClock.NowAsync(db, cancellationToken);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await AddRunAsync(db, ended, await NumberOfAsync(db, ended, cancellationToken), now, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        return true;
    }

    private static RecordedRun? ToKeep(EndedRun ended) => ended.KeepsRecord ? ended.Result.Trace.Record : null;

    private TimeSpan WaitAfter(EndedRun ended, int attempt) =>
        Backoff.After(ended.RetryBackoff, attempt, options.Value.MaxBackoff, Random.Shared.NextDouble());

    private static Task<int> SettleAsync(
        ProductDb db,
        ClaimedTask claim,
        Verdict verdict,
        RunResult result,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var status = verdict.Status;
        var output = (verdict as Verdict.Done)?.Output;
        var error = verdict switch
        {
            Verdict.Again again => again.Error,
            Verdict.Over over => over.Error,
            Verdict.Asks => $"It waits for a person. {Verdict.ErrorOf(result)}",
            _ => null,
        };
        // A question is no retry: the run that goes on from the answer is the same one.
        var uncounted = verdict is Verdict.Asks ? 1 : 0;
        var notBefore = now + verdict.Wait;
        DateTimeOffset? completedAt = status.IsFinished ? now : null;
        return db
            .Tasks.HeldBy(claim)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(task => task.Status, status)
                        .SetProperty(task => task.Result, output)
                        .SetProperty(task => task.Error, error)
                        .SetProperty(task => task.NotBefore, notBefore)
                        .SetProperty(task => task.CompletedAt, completedAt)
                        .SetProperty(task => task.Attempt, task => task.Attempt - uncounted)
                        .SetProperty(task => task.ClaimedBy, (string?)null)
                        .SetProperty(task => task.LeaseUntil, (DateTimeOffset?)null),
                cancellationToken
            );
    }

    // The commit before may have arrived although its answer did not: then our run is there, under our fence.
    private static async Task<AgentTaskStatus?> SavedBeforeAsync(
        ProductDb db,
        ClaimedTask claim,
        CancellationToken cancellationToken
    )
    {
        var saved = await db.Runs.AnyAsync(
            run => run.TaskId == claim.TaskId && run.Fence == claim.Fence,
            cancellationToken
        );
        return saved
            ? await db
                .Tasks.Where(task => task.Id == claim.TaskId)
                .Select(task => task.Status)
                .SingleAsync(cancellationToken)
            : null;
    }

    // Its own, unless a cancelled run of the same agent, which lasted until the next one began, has taken it.
    private static async Task<int> NumberOfAsync(ProductDb db, EndedRun ended, CancellationToken cancellationToken)
    {
        var last = await db
            .Runs.Where(run => run.AgentId == ended.Agent.Id)
            .MaxAsync(run => (int?)run.Number, cancellationToken);
        return Math.Max(ended.RunNumber, (last ?? 0) + 1);
    }

    // In place of what was written down of it while it went on; of a short run that was nothing.
    private static async Task<AgentRun> AddRunAsync(
        ProductDb db,
        EndedRun ended,
        int number,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var row = ended.ToRow();
        row.Number = number;
        (row.StartedAt, row.EndedAt) = (now - TimeSpan.FromSeconds(row.WallSeconds), now);
        db.Runs.Add(row);
        await db.AddToolUsageAsync(row.TeamId, row.AgentId, ended.Used, now, cancellationToken);
        if (ended.WasWatched)
        {
            var (task, fence) = (ended.Claim.TaskId, ended.Claim.Fence);
            await db
                .RunOutput.Where(output => output.TaskId == task && output.Fence <= fence)
                .ExecuteDeleteAsync(cancellationToken);
        }
        return row;
    }
}
