using Microsoft.EntityFrameworkCore;
using Project38.Core.Approvals;
using Project38.Core.Audit;
using Project38.Core.Execution.Records;
using Project38.Core.Harness.Queue;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Approvals;

/// <summary>What came of a person's answer.</summary>
public abstract record DecisionResult
{
    private DecisionResult() { }

    /// <summary>It stands, by this call or by an earlier one that said the same.</summary>
    public sealed record Decided(Approval Approval) : DecisionResult;

    /// <summary>There is no such question.</summary>
    public sealed record NotFound : DecisionResult;

    /// <summary>It was answered otherwise, expired or was withdrawn.</summary>
    public sealed record Refused(string Reason) : DecisionResult;
}

/// <summary>Takes people's answers: answer, task and audit are one commit.</summary>
/// <remarks>Whoever changes both locks the task's row first, and the question's then.</remarks>
public sealed class ApprovalDesk
{
    private const int Batch = 100;

    private readonly IDbContextFactory<ProductDb> _databases;
    private readonly HarnessSignals _signals;

    internal ApprovalDesk(IDbContextFactory<ProductDb> databases, HarnessSignals signals) =>
        (_databases, _signals) = (databases, signals);

    /// <summary>Answers a question; its task is due then.</summary>
    /// <param name="id">The question.</param>
    /// <param name="approve">Whether it is a yes.</param>
    /// <param name="note">What is said to it, at most <see cref="ApprovalQuestion.MaxNote"/> characters; null: nothing.</param>
    /// <param name="who">Who answers.</param>
    /// <param name="cancellationToken">Stops waiting; an answer that was committed stands.</param>
    public async Task<DecisionResult> DecideAsync(
        long id,
        bool approve,
        string? note,
        string who,
        CancellationToken cancellationToken
    )
    {
        var status = approve ? ApprovalStatus.Approved : ApprovalStatus.Rejected;
        await using var db = _databases.CreateDbContext();
        if (await FindAsync(db, id, cancellationToken) is not { } approval)
        {
            return new DecisionResult.NotFound();
        }

        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            var now = await DatabaseClock.NowAsync(db, cancellationToken);
            if (
                await WakeAsync(db, approval.TaskId, now, cancellationToken)
                && await EndAsync(Open(db).Where(one => one.Id == id && one.ExpiresAt > now))
            )
            {
                AuditTrail.Append(db, who, approve ? "approval.approve" : "approval.reject", $"approval:{id}", now);
                await db.SaveChangesAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                _signals.Due();
            }

            async Task<bool> EndAsync(IQueryable<Approval> open) =>
                await open.ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(one => one.Status, status)
                            .SetProperty(one => one.DecidedBy, who)
                            .SetProperty(one => one.Note, note)
                            .SetProperty(one => one.DecidedAt, now),
                    cancellationToken
                ) == 1;
        }

        var decided = (await FindAsync(db, id, cancellationToken))!;
        return decided.Status == status
            ? new DecisionResult.Decided(decided)
            : new DecisionResult.Refused($"Approval {id} {WhyNot(decided.Status)}.");
    }

    /// <summary>Answers what nobody did in time with a no, and withdraws what no task waits for any more.</summary>
    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        var tasks = db.Tasks;
        await Open(db)
            .Where(one => !tasks.Any(task => task.Id == one.TaskId && task.Status == AgentTaskStatus.Waiting))
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(one => one.Status, ApprovalStatus.Withdrawn).SetProperty(one => one.DecidedAt, now),
                cancellationToken
            );
        // What a task would have gone on from that is over by other ways: cancelled, given up, or its agent deleted.
        await db
            .RunRecords.Where(record => record.Waits)
            .Where(record =>
                !tasks.Any(task => task.Id == record.TaskId && AgentTaskStatuses.Open.Contains(task.Status))
            )
            .ExecuteDeleteAsync(cancellationToken);
        var late = await Open(db)
            .Where(one => one.ExpiresAt <= now)
            .OrderBy(one => one.ExpiresAt)
            .Take(Batch)
            .Select(one => new { one.Id, one.TaskId })
            .ToListAsync(cancellationToken);
        foreach (var one in late)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            if (
                await WakeAsync(db, one.TaskId, now, cancellationToken)
                && await Open(db)
                    .Where(row => row.Id == one.Id && row.ExpiresAt <= now)
                    .ExecuteUpdateAsync(
                        set =>
                            set.SetProperty(row => row.Status, ApprovalStatus.Expired)
                                .SetProperty(row => row.DecidedAt, now),
                        cancellationToken
                    ) == 1
            )
            {
                await transaction.CommitAsync(cancellationToken);
                _signals.Due();
            }
        }
    }

    /// <summary>Withdraws what a task asks, in the caller's transaction: it is over.</summary>
    internal static Task WithdrawAsync(
        ProductDb db,
        long taskId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        Open(db)
            .Where(one => one.TaskId == taskId)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(one => one.Status, ApprovalStatus.Withdrawn).SetProperty(one => one.DecidedAt, now),
                cancellationToken
            );

    private static async Task<bool> WakeAsync(
        ProductDb db,
        long taskId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        await db
            .Tasks.Where(task => task.Id == taskId && task.Status == AgentTaskStatus.Waiting)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(task => task.Status, AgentTaskStatus.Pending)
                        .SetProperty(task => task.NotBefore, now)
                        .SetProperty(task => task.Error, (string?)null),
                cancellationToken
            ) == 1;

    private static IQueryable<Approval> Open(ProductDb db) =>
        db.Approvals.Where(one => one.Status == ApprovalStatus.Open);

    private static Task<Approval?> FindAsync(ProductDb db, long id, CancellationToken cancellationToken) =>
        db
            .Approvals.AsNoTracking()
            .SingleOrDefaultAsync(one => one.TeamId == Team.Default && one.Id == id, cancellationToken);

    private static string WhyNot(ApprovalStatus status) =>
        status switch
        {
            ApprovalStatus.Approved => "was approved already",
            ApprovalStatus.Rejected => "was rejected already",
            ApprovalStatus.Withdrawn => "was withdrawn: its task is over",
            _ => "has expired, which is a no",
        };
}
