using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using Project38.Core.Audit;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Queue;

/// <summary>The queue on PostgreSQL, for any number of nodes.</summary>
internal sealed class PostgresTaskQueue(IDbContextFactory<ProductDb> databases, IOptions<QueueOptions> options)
    : ITaskQueue
{
    // One statement is one round trip, and a transaction by itself.
    private const string Start = $$"""
        WITH started AS (
            INSERT INTO tasks (
                team_id, agent_id, "trigger", status, scheduled_at, not_before, max_attempts, attempt, fence,
                config, clock, dry_run, trace_parent, created_at
            )
            SELECT team_id, id, 'manual', 'pending', {{DatabaseClock.PostgresNow}}, {{DatabaseClock.PostgresNow}}, 1, 0, 0,
                {1}, {2}, {3}, {4}, {{DatabaseClock.PostgresNow}}
            FROM agents WHERE id = {0} AND deleted_at IS NULL AND status <> 'draft' AND version_id IS NOT NULL
            RETURNING *
        ), told AS (
            INSERT INTO audit (team_id, who, action, subject, at, details)
            SELECT team_id, {5}, 'task.start', 'task:' || id, created_at, {6} FROM started
        )
        SELECT * FROM started
        """;

    // id = ANY(ARRAY(…)): a join with the limited subquery flips to a sequential scan under a generic plan.
    // Lost tasks first: there are few, and they are the oldest. Of one agent only the oldest due task is looked at, and
    // none while another runs; two claims that race past that are parted by ux_tasks_agent_running.
    private const string Claim = $$"""
        UPDATE tasks SET
            status = 'running', fence = fence + 1, attempt = attempt + 1, claimed_by = {0},
            lease_until = {{DatabaseClock.PostgresNow}} + {2}, started_at = {{DatabaseClock.PostgresNow}}
        WHERE id = ANY(ARRAY(
            SELECT id FROM (
                SELECT id FROM (
                    SELECT t.id FROM tasks t
                    WHERE t.status = 'running' AND t.lease_until < {{DatabaseClock.PostgresNow}}
                        AND t.attempt < t.max_attempts AND {3}::timestamptz IS NULL
                        AND EXISTS (
                            SELECT 1 FROM agents a
                            WHERE a.id = t.agent_id AND a.deleted_at IS NULL
                                AND (a.status = 'active' OR t."trigger" = 'manual')
                        )
                    ORDER BY t.lease_until LIMIT {1} FOR UPDATE SKIP LOCKED
                ) lost
                UNION ALL
                SELECT id FROM (
                    SELECT t.id FROM tasks t JOIN agents a ON a.id = t.agent_id
                    WHERE t.status = 'pending' AND t.not_before <= {{DatabaseClock.PostgresNow}} AND t.hidden_at IS NULL
                        AND a.deleted_at IS NULL AND (a.status = 'active' OR t."trigger" = 'manual')
                        AND ({3}::timestamptz IS NULL OR (t."trigger" = 'manual' AND t.created_at >= {3}))
                        AND NOT EXISTS (SELECT 1 FROM tasks r WHERE r.agent_id = t.agent_id AND r.status = 'running')
                        AND NOT EXISTS (
                            SELECT 1 FROM tasks o
                            WHERE o.agent_id = t.agent_id AND o.status = 'pending' AND o.hidden_at IS NULL
                                AND (o.not_before, o.id) < (t.not_before, t.id)
                                AND (a.status = 'active' OR o."trigger" = 'manual')
                                AND ({3}::timestamptz IS NULL OR (o."trigger" = 'manual' AND o.created_at >= {3}))
                        )
                    ORDER BY t.not_before, t.id LIMIT {1} FOR UPDATE OF t SKIP LOCKED
                ) waiting
            ) due LIMIT {1}
        ))
        RETURNING *
        """;

    // The name of the index, as the mapping gives it.
    private const string OneRunning = "ux_tasks_agent_running";

    private const string Heartbeat = $$"""
        UPDATE tasks SET lease_until = {{DatabaseClock.PostgresNow}} + {2}
        WHERE id = {0} AND fence = {1} AND status = 'running'
        """;

    private const string HandBack = $$"""
        UPDATE tasks SET
            status = 'pending', attempt = attempt - 1, claimed_by = NULL, lease_until = NULL,
            not_before = {{DatabaseClock.PostgresNow}}
        WHERE id = {0} AND fence = {1} AND status = 'running'
        """;

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
        var started = await db
            .Tasks.FromSqlRaw(
                Start,
                agentId,
                Nullable(NpgsqlDbType.Text, start.Config is null ? null : StorableText.Clean(start.Config)),
                Nullable(NpgsqlDbType.TimestampTz, start.Clock?.ToUniversalTime()),
                start.DryRun,
                Nullable(NpgsqlDbType.Text, traceParent),
                StorableText.Clean(who),
                AuditTrail.NoDetails
            )
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        return started.SingleOrDefault();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ClaimedTask>> ClaimAsync(
        string worker,
        int max,
        ClaimScope scope,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            try
            {
                return await ClaimOnceAsync(worker, max, scope, cancellationToken);
            }
            catch (PostgresException exception)
                when (exception is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: OneRunning })
            {
                // Another claim took a task of the same agent. It has committed, or this one would still wait for it:
                // the next look sees that, so each turn here means that somebody got on.
            }
        }
    }

    /// <inheritdoc/>
    public async Task<bool> HeartbeatAsync(ClaimedTask claim, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await db.Database.ExecuteSqlRawAsync(
                Heartbeat,
                [claim.TaskId, claim.Fence, options.Value.Lease],
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

    private async Task<IReadOnlyList<ClaimedTask>> ClaimOnceAsync(
        string worker,
        int max,
        ClaimScope scope,
        CancellationToken cancellationToken
    )
    {
        await using var db = databases.CreateDbContext();
        var since = Nullable(NpgsqlDbType.TimestampTz, scope.ManualSince?.ToUniversalTime());
        var claimed = await db
            .Tasks.FromSqlRaw(Claim, worker, max, options.Value.Lease, since)
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        return ClaimedTask.Of(claimed);
    }

    // Npgsql cannot guess the type of a bare null.
    private static NpgsqlParameter Nullable(NpgsqlDbType type, object? value) =>
        new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
