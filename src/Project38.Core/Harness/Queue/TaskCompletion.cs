using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Handoffs;
using Project38.Core.Harness.Workers;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications;

namespace Project38.Core.Harness.Queue;

/// <summary>A run that has ended, with what its task needs to know of it.</summary>
internal sealed record EndedRun
{
    /// <summary>The claim it ran under.</summary>
    public required ClaimedTask Claim { get; init; }

    /// <summary>Its agent, as it was when the run began.</summary>
    public required Agent Agent { get; init; }

    /// <summary>The version that ran.</summary>
    public required long VersionId { get; init; }

    /// <summary>Its number within the agent.</summary>
    public required int RunNumber { get; init; }

    /// <summary>How it ended.</summary>
    public required RunResult Result { get; init; }

    /// <summary>Wait before the first retry.</summary>
    public required TimeSpan RetryBackoff { get; init; }

    /// <summary>Wall time, for a run that had no sandbox to count it.</summary>
    public required TimeSpan Took { get; init; }
}

/// <summary>
/// Writes how a run ended: the task, the run, the handoff and the owner's message in one transaction, and only while the
/// claim is held.
/// </summary>
internal sealed class TaskCompletion(
    IDbContextFactory<ProductDb> databases,
    HandoffStore handoffs,
    IOptions<QueueOptions> options
)
{
    /// <summary>How the steps of a run are stored.</summary>
    public static readonly JsonSerializerOptions StepsFormat = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>Saves the end of a run.</summary>
    /// <returns>The task's new status; null when the claim was no longer held, and nothing was changed.</returns>
    public async Task<AgentTaskStatus?> SaveAsync(EndedRun ended, CancellationToken cancellationToken)
    {
        var claim = ended.Claim;
        var verdict = Verdict.Of(ended.Result, claim.Attempt, claim.MaxAttempts, attempt => WaitAfter(ended, attempt));

        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = await DatabaseClock.NowAsync(db, cancellationToken);

        // 1. The fence. Everything below happens only if this row was still ours, and under its lock.
        if (await SettleAsync(db, claim, verdict, now, cancellationToken) == 0)
        {
            return await SavedBeforeAsync(db, claim, cancellationToken);
        }

        // 2. What the run leaves.
        var number = await NumberOfAsync(db, ended, cancellationToken);
        await AddRunAsync(db, ended, number, now, cancellationToken);
        if (!claim.DryRun)
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
        return StatusOf(verdict);
    }

    /// <summary>
    /// Keeps the log of a run whose task was ended from outside, by a person's cancel for example. Its task, its handoff
    /// and the inbox stay as they are; a task that another worker has claimed meanwhile gets nothing at all.
    /// </summary>
    /// <returns>Whether the run is kept.</returns>
    public async Task<bool> KeepAsync(EndedRun ended, CancellationToken cancellationToken)
    {
        var claim = ended.Claim;
        await using var db = databases.CreateDbContext();
        var released = await db.Tasks.AnyAsync(
            task => task.Id == claim.TaskId && task.Fence == claim.Fence && task.ClaimedBy == null,
            cancellationToken
        );
        if (!released)
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

    private TimeSpan WaitAfter(EndedRun ended, int attempt) =>
        Backoff.After(ended.RetryBackoff, attempt, options.Value.MaxBackoff, Random.Shared.NextDouble());

    private static AgentTaskStatus StatusOf(Verdict verdict) =>
        verdict switch
        {
            Verdict.Done => AgentTaskStatus.Completed,
            Verdict.Again => AgentTaskStatus.Pending,
            Verdict.Over over => over.Status,
            _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "No such verdict."),
        };

    private static Task<int> SettleAsync(
        ProductDb db,
        ClaimedTask claim,
        Verdict verdict,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var status = StatusOf(verdict);
        var output = (verdict as Verdict.Done)?.Output;
        var error = (verdict as Verdict.Again)?.Error ?? (verdict as Verdict.Over)?.Error;
        var notBefore = verdict is Verdict.Again again ? now + again.After : now;
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
    private static async Task AddRunAsync(
        ProductDb db,
        EndedRun ended,
        int number,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        db.Runs.Add(RowOf(ended, number, now));
        if (ended.Took >= RunWatcher.Every)
        {
            var (task, fence) = (ended.Claim.TaskId, ended.Claim.Fence);
            await db
                .RunOutput.Where(output => output.TaskId == task && output.Fence <= fence)
                .ExecuteDeleteAsync(cancellationToken);
        }
    }

    private static AgentRun RowOf(EndedRun ended, int number, DateTimeOffset now)
    {
        var usage = ended.Result.Trace.Exit?.Usage;
        var took = usage?.WallTime ?? ended.Took;
        var log = StoredText.LogTail(ended.Result.Trace.Log, out var logStart);
        return new AgentRun
        {
            TeamId = ended.Agent.TeamId,
            AgentId = ended.Agent.Id,
            TaskId = ended.Claim.TaskId,
            VersionId = ended.VersionId,
            Number = number,
            Attempt = ended.Claim.Attempt,
            Fence = ended.Claim.Fence,
            Outcome = Verdict.OutcomeOf(ended.Result),
            Error = ended.Result is RunResult.Succeeded ? null : Verdict.ErrorOf(ended.Result),
            Output = (ended.Result as RunResult.Succeeded)?.Output.GetRawText(),
            Log = log,
            LogStart = logStart,
            SandboxLevel = ended.Result.Trace.Exit?.Level.ToSnakeCase(),
            StartedAt = now - took,
            EndedAt = now,
            WallSeconds = took.TotalSeconds,
            CpuSeconds = usage?.CpuTime?.TotalSeconds,
            PeakMemoryBytes = usage?.PeakMemoryBytes,
            DryRun = ended.Claim.DryRun,
            Steps = JsonSerializer.Serialize(ended.Result.Trace.Steps, StepsFormat),
        };
    }
}
