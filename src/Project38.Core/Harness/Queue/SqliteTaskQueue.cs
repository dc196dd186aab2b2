using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Project38.Core.Audit;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Queue;

/// <summary>The queue on SQLite, for one process. There is one writer at a time, so a claim needs no row locks.</summary>
internal sealed class SqliteTaskQueue(IDbContextFactory<ProductDb> databases, IOptions<QueueOptions> options)
    : ITaskQueue
{
    private const string Start = $$"""
        INSERT INTO tasks (
            team_id, agent_id, "trigger", status, scheduled_at, not_before, max_attempts, attempt, fence,
            config, clock, dry_run, trace_parent, created_at
        )
        SELECT team_id, id, 'manual', 'pending', {{DatabaseClock.SqliteNow}}, {{DatabaseClock.SqliteNow}}, 1, 0, 0,
            {1}, {2}, {3}, {4}, {{DatabaseClock.SqliteNow}}
        FROM agents WHERE id = {0} AND deleted_at IS NULL AND status <> 'draft' AND version_id IS NOT NULL
        RETURNING *
        """;

    private const string Claim = $$"""
        UPDATE tasks SET
            status = 'running', fence = fence + 1, attempt = attempt + 1, claimed_by = {0},
            lease_until = {{DatabaseClock.SqliteNow}} + {2}, started_at = {{DatabaseClock.SqliteNow}}
        WHERE id IN (
            SELECT id FROM (
                SELECT id FROM (
                    SELECT t.id FROM tasks t
                    WHERE t.status = 'running' AND t.lease_until < {{DatabaseClock.SqliteNow}}
                        AND t.attempt < t.max_attempts AND {3} IS NULL
                        AND EXISTS (
                            SELECT 1 FROM agents a
                            WHERE a.id = t.agent_id AND a.deleted_at IS NULL
                                AND (a.status = 'active' OR t."trigger" = 'manual')
                        )
                    ORDER BY t.lease_until LIMIT {1}
                )
                UNION ALL
                SELECT id FROM (
                    SELECT t.id FROM tasks t JOIN agents a ON a.id = t.agent_id
                    WHERE t.status = 'pending' AND t.not_before <= {{DatabaseClock.SqliteNow}} AND t.hidden_at IS NULL
                        AND a.deleted_at IS NULL AND (a.status = 'active' OR t."trigger" = 'manual')
                        AND ({3} IS NULL OR (t."trigger" = 'manual' AND t.created_at >= {3}))
                        AND NOT EXISTS (SELECT 1 FROM tasks r WHERE r.agent_id = t.agent_id AND r.status = 'running')
                        AND NOT EXISTS (
                            SELECT 1 FROM tasks o
                            WHERE o.agent_id = t.agent_id AND o.status = 'pending' AND o.hidden_at IS NULL
                                AND (o.not_before, o.id) < (t.not_before, t.id)
                                AND (a.status = 'active' OR o."trigger" = 'manual')
                                AND ({3} IS NULL OR (o."trigger" = 'manual' AND o.created_at >= {3}))
                        )
                    ORDER BY t.not_before, t.id LIMIT {1}
                )
            ) LIMIT {1}
        )
        RETURNING *
        """;

    private const string Heartbeat = $$"""
        UPDATE tasks SET lease_until = {{DatabaseClock.SqliteNow}} + {2}
        WHERE id = {0} AND fence = {1} AND status = 'running'
        """;

    private const string HandBack = $$"""
        UPDATE tasks SET
            status = 'pending', attempt = attempt - 1, claimed_by = NULL, lease_until = NULL,
            not_before = {{DatabaseClock.SqliteNow}}
        WHERE id = {0} AND fence = {1} AND status = 'running'
        """;

    private long LeaseMicroseconds => (long)options.Value.Lease.TotalMicroseconds;

    /// <inheritdoc/>
    public async Task<AgentTask?> StartAsync(
        long agentId,
        ManualStart start,
        string who,
        string? traceParent,
        CancellationToken cancellationToken
    )
    {
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var started = await db
            .Tasks.FromSqlRaw(
                Start,
                agentId,
                Nullable("config", start.Config is null ? null : StorableText.Clean(start.Config)),
                Nullable("clock", start.Clock?.ToUnixMicroseconds()),
                start.DryRun,
                Nullable("trace_parent", traceParent)
            )
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        if (started is not [var task])
        {
            return null;
        }
        AuditTrail.Append(db, who, "task.start", $"task:{task.Id}", task.CreatedAt);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return task;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ClaimedTask>> ClaimAsync(
        string worker,
        int max,
        ClaimScope scope,
        CancellationToken cancellationToken
    )
    {
        await using var db = databases.CreateDbContext();
        var since = Nullable("since", scope.ManualSince?.ToUnixMicroseconds());
        var claimed = await db
            .Tasks.FromSqlRaw(Claim, worker, max, LeaseMicroseconds, since)
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        return ClaimedTask.Of(claimed);
    }

    /// <inheritdoc/>
    public async Task<bool> HeartbeatAsync(ClaimedTask claim, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await db.Database.ExecuteSqlRawAsync(
                Heartbeat,
                [claim.TaskId, claim.Fence, LeaseMicroseconds],
                cancellationToken
            ) == 1;
    }

    /// <inheritdoc/>
    public async Task<bool> IsHeldAsync(ClaimedTask claim, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await db.Tasks.HeldBy(claim).AnyAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> HandBackAsync(ClaimedTask claim, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await db.Database.ExecuteSqlRawAsync(HandBack, [claim.TaskId, claim.Fence], cancellationToken) == 1;
    }

    private static SqliteParameter Nullable(string name, object? value) => new(name, value ?? DBNull.Value);
}
