using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Harness.Approvals;
using Project38.Core.Harness.Events;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications;

namespace Project38.Core.Harness.Queue;

/// <summary>Deals with tasks whose worker is gone, or their agent. Any node may do it at any time.</summary>
internal sealed class QueueMaintenance(
    IDbContextFactory<ProductDb> databases,
    EventLog events,
    NodeId node,
    ApprovalDesk approvals,
    HarnessSignals signals,
    ILogger<QueueMaintenance> logger
)
{
    private const int Batch = 100;

    /// <summary>Does all duties once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await FailLostAsync(cancellationToken);
        await ReleaseLostAsync(cancellationToken);
        await CancelOrphansAsync(cancellationToken);
        await approvals.SweepAsync(cancellationToken);
        await DropOutputAsync(cancellationToken);
        await events.PruneAsync(cancellationToken);
    }

    /// <summary>Ends the leases of the dead at once, where it is known that nobody else lives.</summary>
    /// <remarks>
    /// The home's lock lets one process at a time have the SQLite file: whoever claimed a task there before this node is
    /// gone. On PostgreSQL nobody can know that, and a lease ends by the clock.
    /// </remarks>
    public async Task EndLeasesOfTheDeadAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        if (db.IsPostgres)
        {
            return;
        }
        await db
            .Tasks.Where(task => task.Status == AgentTaskStatus.Running && task.ClaimedBy != node.Value)
            .ExecuteUpdateAsync(
                set => set.SetProperty(task => task.LeaseUntil, DateTimeOffset.UnixEpoch),
                cancellationToken
            );
    }

    /// <summary>Hands back what this node claimed without reading the answer: the database's commit held, and the connection did not.</summary>
    /// <remarks>
    /// Its lease would end by itself, but as that of a worker that was lost, which counts as a run; where a task has one, it fails
    /// without ever having run. A claim that is answered after all is no longer held, and its run is discarded.
    /// </remarks>
    /// <param name="known">Tasks whose claims were read.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task HandBackUnreadAsync(IReadOnlyCollection<long> known, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var unread = await db
            .Tasks.Where(task =>
                task.Status == AgentTaskStatus.Running && task.ClaimedBy == node.Value && !known.Contains(task.Id)
            )
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(task => task.Status, AgentTaskStatus.Pending)
                        .SetProperty(task => task.Attempt, task => task.Attempt - 1)
                        .SetProperty(task => task.ClaimedBy, (string?)null)
                        .SetProperty(task => task.LeaseUntil, (DateTimeOffset?)null),
                cancellationToken
            );
        if (unread > 0)
        {
            logger.Unread(unread);
            signals.Due();
        }
    }

    /// <summary>Fails tasks whose lease ended during their last attempt: a task that kills its workers ends too.</summary>
    public async Task FailLostAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        var lost = await db
            .Tasks.AsNoTracking()
            .Where(task =>
                task.Status == AgentTaskStatus.Running && task.LeaseUntil < now && task.Attempt >= task.MaxAttempts
            )
            .OrderBy(task => task.LeaseUntil)
            .Take(Batch)
            .ToListAsync(cancellationToken);
        foreach (var task in lost)
        {
            await FailAsync(db, task, now, cancellationToken);
        }
    }

    /// <summary>Makes tasks due again whose lease ended before their last attempt.</summary>
    /// <remarks>
    /// A claim takes such a task by itself, unless it may not: the agent is paused, or the node is embedded and leaves
    /// scheduled work alone. Left as running it would hold the agent's one place, and every start by hand would wait for
    /// a worker that is dead.
    /// </remarks>
    public async Task ReleaseLostAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        var released = await db
            .Tasks.Where(task =>
                task.Status == AgentTaskStatus.Running && task.LeaseUntil < now && task.Attempt < task.MaxAttempts
            )
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(task => task.Status, AgentTaskStatus.Pending)
                        .SetProperty(task => task.ClaimedBy, (string?)null)
                        .SetProperty(task => task.LeaseUntil, (DateTimeOffset?)null),
                cancellationToken
            );
        if (released > 0)
        {
            logger.Released(released);
            signals.Due();
        }
    }

    /// <summary>Cancels open tasks of agents that were deleted; runs under way see it and end.</summary>
    public async Task CancelOrphansAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        var agents = db.Agents;
        var cancelled = await db
            .Tasks.Where(task =>
                AgentTaskStatuses.Open.Contains(task.Status)
                && agents.Any(agent => agent.Id == task.AgentId && agent.DeletedAt != null)
            )
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(task => task.Status, AgentTaskStatus.Cancelled)
                        .SetProperty(task => task.Error, "Its agent was deleted.")
                        .SetProperty(task => task.CompletedAt, now)
                        .SetProperty(task => task.ClaimedBy, (string?)null)
                        .SetProperty(task => task.LeaseUntil, (DateTimeOffset?)null),
                cancellationToken
            );
        if (cancelled > 0)
        {
            logger.Orphaned(cancelled);
            signals.Finished();
        }
    }

    /// <summary>Deletes what was written down of runs that are over without having said so: their worker is gone.</summary>
    public async Task DropOutputAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var tasks = db.Tasks;
        var left = db
            .RunOutput.Where(output =>
                !tasks.Any(task =>
                    task.Id == output.TaskId && task.Fence == output.Fence && task.Status == AgentTaskStatus.Running
                )
            )
            .OrderBy(output => output.Id)
            .Take(Batch)
            .Select(output => output.Id);
        await db.RunOutput.Where(output => left.Contains(output.Id)).ExecuteDeleteAsync(cancellationToken);
    }

    private async Task FailAsync(ProductDb db, AgentTask task, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var error =
            task.Attempt == 1
                ? "The worker that ran it was lost."
                : $"The workers that ran it were lost, the last one in run {task.Attempt}.";
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var failed = await db
            .Tasks.Where(row =>
                row.Id == task.Id
                && row.Fence == task.Fence
                && row.Status == AgentTaskStatus.Running
                && row.LeaseUntil < now
            )
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(row => row.Status, AgentTaskStatus.Failed)
                        .SetProperty(row => row.Error, error)
                        .SetProperty(row => row.CompletedAt, now)
                        .SetProperty(row => row.ClaimedBy, (string?)null)
                        .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null),
                cancellationToken
            );
        if (failed == 1)
        {
            var agent = await db.Agents.AsNoTracking().SingleAsync(row => row.Id == task.AgentId, cancellationToken);
            db.Inbox.Add(FailureMessage.Of(agent, task.Id, task.Fence, task.Attempt, error, now));
            await db.SaveChangesAsync(cancellationToken);
            db.ChangeTracker.Clear();
        }
        await transaction.CommitAsync(cancellationToken);
        if (failed == 1)
        {
            logger.LostForGood(task.Id, task.AgentId);
            signals.Finished();
        }
    }
}
