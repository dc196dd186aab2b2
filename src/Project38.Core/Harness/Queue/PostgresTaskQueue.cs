using System.Collections.Concurrent;
using System.Globalization;
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
                config, clock, dry_run, trace_parent, created_at, priority
            )
            SELECT team_id, id, 'manual', 'pending', {{DatabaseClock.PostgresNow}}, {{DatabaseClock.PostgresNow}}, 1, 0, 0,
                {1}, {2}, {3}, {4}, {{DatabaseClock.PostgresNow}}, priority
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
    // Each priority that pending tasks have is a range of the index by itself: levels hops from one to the next.
    // Of a key, one claim at a time gives places away: another does not wait for it, which two keys could make a deadlock.
    // Its count may be older than the lock, and then ux_tasks_concurrency_place parts them.
    private const string Claim = $$"""
        WITH RECURSIVE levels AS (
            (SELECT priority FROM tasks WHERE status = 'pending' ORDER BY priority DESC LIMIT 1)
            UNION ALL
            SELECT (
                SELECT n.priority FROM tasks n
                WHERE n.status = 'pending' AND n.priority < l.priority ORDER BY n.priority DESC LIMIT 1
            )
            FROM levels l WHERE l.priority IS NOT NULL
        ), lost AS (
            SELECT t.id FROM tasks t
            WHERE t.status = 'running' AND t.lease_until < {{DatabaseClock.PostgresNow}}
                AND t.attempt < t.max_attempts AND {3}::timestamptz IS NULL
                AND EXISTS (
                    SELECT 1 FROM agents a
                    WHERE a.id = t.agent_id AND a.deleted_at IS NULL
                        AND (a.status = 'active' OR t."trigger" = 'manual')
                        AND (a.labels IS NULL OR a.labels <@ {4})
                )
            ORDER BY t.lease_until LIMIT {1} FOR UPDATE SKIP LOCKED
        ), waiting AS (
            SELECT w.* FROM levels l CROSS JOIN LATERAL (
                SELECT t.id, t.not_before, a.concurrency_key AS key, a.concurrency_limit AS most,
                    t.priority + floor(EXTRACT(EPOCH FROM {{DatabaseClock.PostgresNow}} - t.not_before) / 60) AS rank
                FROM tasks t JOIN agents a ON a.id = t.agent_id
                WHERE t.status = 'pending' AND t.priority = l.priority
                    AND t.not_before <= {{DatabaseClock.PostgresNow}} AND t.hidden_at IS NULL
                    AND a.deleted_at IS NULL AND (a.status = 'active' OR t."trigger" = 'manual')
                    AND (a.labels IS NULL OR a.labels <@ {4})
                    AND ({3}::timestamptz IS NULL OR (t."trigger" = 'manual' AND t.created_at >= {3}))
                    AND NOT EXISTS (SELECT 1 FROM tasks r WHERE r.agent_id = t.agent_id AND r.status = 'running')
                    AND NOT EXISTS (
                        SELECT 1 FROM tasks o
                        WHERE o.agent_id = t.agent_id AND o.status = 'pending' AND o.hidden_at IS NULL
                            AND (o.not_before, o.id) < (t.not_before, t.id)
                            AND (a.status = 'active' OR o."trigger" = 'manual')
                            AND ({3}::timestamptz IS NULL OR (o."trigger" = 'manual' AND o.created_at >= {3}))
                    )
                    AND (a.concurrency_key IS NULL OR a.concurrency_limit > (
                        SELECT count(*) FROM tasks r
                        WHERE r.status = 'running' AND r.concurrency_key = a.concurrency_key
                    ))
                ORDER BY t.not_before, t.id LIMIT {1} FOR UPDATE OF t SKIP LOCKED
            ) w
            ORDER BY w.rank DESC, w.not_before, w.id LIMIT {1}
        ), keys AS (
            SELECT key FROM (SELECT DISTINCT key FROM waiting WHERE key IS NOT NULL) every
            WHERE pg_try_advisory_xact_lock(hashtextextended(key, 38))
        ), placed AS (
            SELECT w.id, w.key, free.place
            FROM (
                SELECT id, key, most, row_number() OVER (PARTITION BY key ORDER BY rank DESC, not_before, id) AS n
                FROM waiting WHERE key IS NOT NULL
            ) w
            JOIN keys ON keys.key = w.key
            CROSS JOIN LATERAL (
                SELECT place FROM generate_series(1, w.most) place
                WHERE NOT EXISTS (
                    SELECT 1 FROM tasks r
                    WHERE r.status = 'running' AND r.concurrency_key = w.key AND r.concurrency_place = place
                )
                ORDER BY place OFFSET w.n - 1 LIMIT 1
            ) free
            WHERE w.n + (SELECT count(*) FROM tasks r WHERE r.status = 'running' AND r.concurrency_key = w.key) <= w.most
        ), due AS (
            SELECT id FROM lost
            UNION ALL
            SELECT id FROM (
                SELECT id FROM waiting WHERE key IS NULL OR id IN (SELECT id FROM placed)
                ORDER BY rank DESC, not_before, id
            ) ordered
            LIMIT {1}
        )
        UPDATE tasks SET
            status = 'running', fence = fence + 1, attempt = attempt + 1, claimed_by = {0},
            lease_until = {{DatabaseClock.PostgresNow}} + {2}, started_at = {{DatabaseClock.PostgresNow}},
            concurrency_key = CASE status WHEN 'running' THEN concurrency_key
                ELSE (SELECT p.key FROM placed p WHERE p.id = tasks.id) END,
            concurrency_place = CASE status WHEN 'running' THEN concurrency_place
                ELSE (SELECT p.place FROM placed p WHERE p.id = tasks.id) END
        WHERE id = ANY(ARRAY(SELECT id FROM due))
        RETURNING *
        """;

    // The names of the indexes, as the mapping gives them.
    private const string OneRunning = "ux_tasks_agent_running";
    private const string OnePlace = "ux_tasks_concurrency_place";

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

    // One for each number of free slots, and whether all or only manual tasks are asked for.
    private readonly ConcurrentDictionary<(int Max, bool All), string> _claims = new();

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
    public Task<IReadOnlyList<ClaimedTask>> ClaimAsync(
        string worker,
        int max,
        ClaimScope scope,
        CancellationToken cancellationToken
    ) => ClaimedTask.InLooksAsync(max, left => LookAsync(worker, left, scope, cancellationToken));

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

    private async Task<List<AgentTask>> LookAsync(
        string worker,
        int max,
        ClaimScope scope,
        CancellationToken cancellationToken
    )
    {
        var since = Nullable(NpgsqlDbType.TimestampTz, scope.ManualSince?.ToUniversalTime());
        var claim = _claims.GetOrAdd((max, scope.ManualSince is null), size => ClaimOf(size.Max, size.All));
        while (true)
        {
            try
            {
                await using var db = databases.CreateDbContext();
                return await db
                    .Tasks.FromSqlRaw(claim, worker, max, options.Value.Lease, since, scope.Labels)
                    .AsNoTracking()
                    .ToListAsync(cancellationToken);
            }
            catch (PostgresException exception)
                when (exception
                        is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: OneRunning or OnePlace }
                )
            {
                // Another claim took a task of the same agent, or the same place of a key. It has committed, or this one
                // would still wait for it: the next look sees that, so each turn here means that somebody got on.
            }
        }
    }

    // What a plan depends on stands in the statement itself: PostgreSQL then keeps one plan for all claims of this size, and
    // does not plan each anew, which takes longer than the claim. (A limit that it does not know makes a plan for far more.)
    private static string ClaimOf(int max, bool all) =>
        Claim
            .Replace("LIMIT {1}", string.Create(CultureInfo.InvariantCulture, $"LIMIT {max}"), StringComparison.Ordinal)
            .Replace("{3}::timestamptz IS NULL", all ? "true" : "false", StringComparison.Ordinal);

    // Npgsql cannot guess the type of a bare null.
    private static NpgsqlParameter Nullable(NpgsqlDbType type, object? value) =>
        new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
