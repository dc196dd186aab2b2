using System.Text.Json;
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
            config, clock, dry_run, trace_parent, created_at, priority
        )
        SELECT team_id, id, 'manual', 'pending', {{DatabaseClock.SqliteNow}}, {{DatabaseClock.SqliteNow}}, 1, 0, 0,
            {1}, {2}, {3}, {4}, {{DatabaseClock.SqliteNow}}, priority
        FROM agents WHERE id = {0} AND deleted_at IS NULL AND status <> 'draft' AND version_id IS NOT NULL
        RETURNING *
        """;

    // As on PostgreSQL, without its locks: no other claim comes between a count and its update. A list in JSON stands for
    // the lateral join that SQLite lacks.
    private const string Claim = $$"""
        WITH RECURSIVE levels AS (
            SELECT MAX(priority) AS priority FROM tasks WHERE status = 'pending'
            UNION ALL
            SELECT (SELECT MAX(n.priority) FROM tasks n WHERE n.status = 'pending' AND n.priority < l.priority)
            FROM levels l WHERE l.priority IS NOT NULL
        ), lost AS MATERIALIZED (
            SELECT t.id FROM tasks t
            WHERE t.status = 'running' AND t.lease_until < {{DatabaseClock.SqliteNow}}
                AND t.attempt < t.max_attempts AND {3} IS NULL
                AND EXISTS (
                    SELECT 1 FROM agents a
                    WHERE a.id = t.agent_id AND a.deleted_at IS NULL
                        AND (a.status = 'active' OR t."trigger" = 'manual')
                        AND NOT EXISTS (
                            SELECT 1 FROM json_each(a.labels) label
                            WHERE label.value NOT IN (SELECT value FROM json_each({4}))
                        )
                )
            ORDER BY t.lease_until LIMIT {1}
        ), waiting AS MATERIALIZED (
            SELECT t.id, t.not_before, a.concurrency_key AS key, a.concurrency_limit AS most,
                t.priority + ({{DatabaseClock.SqliteNow}} - t.not_before) / 60000000 AS rank
            FROM levels l
            JOIN json_each((SELECT json_group_array(id) FROM (
                SELECT t.id FROM tasks t JOIN agents a ON a.id = t.agent_id
                WHERE t.status = 'pending' AND t.priority = l.priority
                    AND t.not_before <= {{DatabaseClock.SqliteNow}} AND t.hidden_at IS NULL
                    AND a.deleted_at IS NULL AND (a.status = 'active' OR t."trigger" = 'manual')
                    AND NOT EXISTS (
                        SELECT 1 FROM json_each(a.labels) label
                        WHERE label.value NOT IN (SELECT value FROM json_each({4}))
                    )
                    AND ({3} IS NULL OR (t."trigger" = 'manual' AND t.created_at >= {3}))
                    AND NOT EXISTS (SELECT 1 FROM tasks r WHERE r.agent_id = t.agent_id AND r.status = 'running')
                    AND NOT EXISTS (
                        SELECT 1 FROM tasks o
                        WHERE o.agent_id = t.agent_id AND o.status = 'pending' AND o.hidden_at IS NULL
                            AND (o.not_before, o.id) < (t.not_before, t.id)
                            AND (a.status = 'active' OR o."trigger" = 'manual')
                            AND ({3} IS NULL OR (o."trigger" = 'manual' AND o.created_at >= {3}))
                    )
                    AND (a.concurrency_key IS NULL OR a.concurrency_limit > (
                        SELECT count(*) FROM tasks r
                        WHERE r.status = 'running' AND r.concurrency_key = a.concurrency_key
                    ))
                ORDER BY t.not_before, t.id LIMIT {1}
            ))) some
            JOIN tasks t ON t.id = some.value JOIN agents a ON a.id = t.agent_id
            ORDER BY rank DESC, t.not_before, t.id LIMIT {1}
        ), placed AS MATERIALIZED (
            SELECT id FROM (
                SELECT id, key, most, row_number() OVER (PARTITION BY key ORDER BY rank DESC, not_before, id) AS n
                FROM waiting WHERE key IS NOT NULL
            ) w
            WHERE n + (SELECT count(*) FROM tasks r WHERE r.status = 'running' AND r.concurrency_key = w.key) <= most
        ), due AS (
            SELECT id FROM lost
            UNION ALL
            SELECT id FROM (
                SELECT id FROM waiting WHERE key IS NULL OR id IN (SELECT id FROM placed)
                ORDER BY rank DESC, not_before, id
            )
            LIMIT {1}
        )
        UPDATE tasks SET
            status = 'running', fence = fence + 1, attempt = attempt + 1, claimed_by = {0},
            lease_until = {{DatabaseClock.SqliteNow}} + {2}, started_at = {{DatabaseClock.SqliteNow}},
            concurrency_key = CASE status WHEN 'running' THEN concurrency_key
                ELSE (SELECT a.concurrency_key FROM agents a WHERE a.id = tasks.agent_id) END
        WHERE id IN (SELECT id FROM due)
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
        var labels = JsonSerializer.Serialize(scope.Labels);
        return await FoundTask.InLooksAsync(
            max,
            async left =>
                (
                    await db
                        .Tasks.FromSqlRaw(Claim, worker, left, LeaseMicroseconds, since, labels)
                        .AsNoTracking()
                        .ToListAsync(cancellationToken)
                ).ConvertAll(FoundTask.Of)
        );
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
