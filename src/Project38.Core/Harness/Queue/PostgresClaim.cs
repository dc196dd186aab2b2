using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Npgsql;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Queue;

/// <summary>The claim on PostgreSQL: one statement, which stands alone or behind another in the same commit.</summary>
internal sealed partial class PostgresClaim(IOptions<QueueOptions> options)
{
    // id = ANY(ARRAY(…)): a join with the limited subquery flips to a sequential scan under a generic plan.
    // Lost tasks first: there are few, and they are the oldest. Of one agent only the oldest due task is looked at, and
    // none while another runs; two claims that race past that are parted by ux_tasks_agent_running.
    // Each priority that pending tasks have is a range of the index by itself: levels hops from one to the next.
    // Of a key, one claim at a time gives places away: another does not wait for it, which two keys could make a deadlock.
    // Its count may be older than the lock, and then ux_tasks_concurrency_place parts them.
    // The clock is asked once: the function is a query of its own, which each row would begin anew.
    private const string Sql = $$"""
        WITH RECURSIVE clock AS MATERIALIZED (SELECT {{DatabaseClock.PostgresNow}} AS now), levels AS (
            (SELECT priority FROM tasks WHERE status = 'pending' ORDER BY priority DESC LIMIT 1)
            UNION ALL
            SELECT (
                SELECT n.priority FROM tasks n
                WHERE n.status = 'pending' AND n.priority < l.priority ORDER BY n.priority DESC LIMIT 1
            )
            FROM levels l WHERE l.priority IS NOT NULL
        ), lost AS (
            SELECT t.id FROM tasks t
            WHERE t.status = 'running' AND t.lease_until < (SELECT now FROM clock)
                AND t.attempt < t.max_attempts AND {all}
                AND EXISTS (
                    SELECT 1 FROM agents a
                    WHERE a.id = t.agent_id AND a.deleted_at IS NULL
                        AND (a.status = 'active' OR t."trigger" = 'manual')
                        AND (a.labels IS NULL OR a.labels <@ {labels})
                )
            ORDER BY t.lease_until LIMIT {max} FOR UPDATE SKIP LOCKED
        ), waiting AS (
            SELECT w.* FROM levels l CROSS JOIN LATERAL (
                SELECT t.id, t.not_before, a.concurrency_key AS key, a.concurrency_limit AS most,
                    t.priority + floor(EXTRACT(EPOCH FROM (SELECT now FROM clock) - t.not_before) / 60) AS rank
                FROM tasks t JOIN agents a ON a.id = t.agent_id
                WHERE t.status = 'pending' AND t.priority = l.priority
                    AND t.not_before <= (SELECT now FROM clock) AND t.hidden_at IS NULL
                    AND a.deleted_at IS NULL AND (a.status = 'active' OR t."trigger" = 'manual')
                    AND (a.labels IS NULL OR a.labels <@ {labels})
                    AND ({all} OR (t."trigger" = 'manual' AND t.created_at >= {since}))
                    AND NOT EXISTS (SELECT 1 FROM tasks r WHERE r.agent_id = t.agent_id AND r.status = 'running')
                    AND NOT EXISTS (
                        SELECT 1 FROM tasks o
                        WHERE o.agent_id = t.agent_id AND o.status = 'pending' AND o.hidden_at IS NULL
                            AND (o.not_before, o.id) < (t.not_before, t.id)
                            AND (a.status = 'active' OR o."trigger" = 'manual')
                            AND ({all} OR (o."trigger" = 'manual' AND o.created_at >= {since}))
                    )
                    AND (a.concurrency_key IS NULL OR a.concurrency_limit > (
                        SELECT count(*) FROM tasks r
                        WHERE r.status = 'running' AND r.concurrency_key = a.concurrency_key
                    ))
                ORDER BY t.not_before, t.id LIMIT {max} FOR UPDATE OF t SKIP LOCKED
            ) w
            ORDER BY w.rank DESC, w.not_before, w.id LIMIT {max}
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
            LIMIT {max}
        )
        UPDATE tasks SET
            status = 'running', fence = fence + 1, attempt = attempt + 1, claimed_by = {worker},
            lease_until = (SELECT now FROM clock) + {lease}, started_at = (SELECT now FROM clock),
            concurrency_key = CASE status WHEN 'running' THEN concurrency_key
                ELSE (SELECT p.key FROM placed p WHERE p.id = tasks.id) END,
            concurrency_place = CASE status WHEN 'running' THEN concurrency_place
                ELSE (SELECT p.place FROM placed p WHERE p.id = tasks.id) END
        WHERE id = ANY(ARRAY(SELECT id FROM due))
        RETURNING id, agent_id, fence, attempt, max_attempts, scheduled_at, "trigger", config, clock, dry_run, trace_parent,
            started_at, priority, not_before, concurrency_key IS NOT NULL
        """;

    // The names of the indexes, as the mapping gives them.
    private const string OneRunning = "ux_tasks_agent_running";
    private const string OnePlace = "ux_tasks_concurrency_place";

    // One for each number of free slots of a worker.
    private readonly ConcurrentDictionary<(Claimant Claimant, int Max), string> _statements = new();

    /// <summary>The statement, as <see cref="ITaskQueue.ClaimAsync"/> describes it; <see cref="ReadAsync"/> reads its rows.</summary>
    public NpgsqlBatchCommand Command(Claimant claimant, int max) =>
        new(_statements.GetOrAdd((claimant, max), asked => StatementOf(asked.Claimant, asked.Max)));

    /// <summary>Reads what was claimed, to the end of the batch, which is its commit.</summary>
    public static async Task<List<FoundTask>> ReadAsync(NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        List<FoundTask> found = [];
        while (await rows.ReadAsync(cancellationToken))
        {
            var claim = new ClaimedTask(
                TaskId: rows.GetInt64(0),
                AgentId: rows.GetInt64(1),
                Fence: rows.GetInt64(2),
                Attempt: rows.GetInt32(3),
                MaxAttempts: rows.GetInt32(4),
                ScheduledAt: rows.GetFieldValue<DateTimeOffset>(5),
                Trigger: SnakeCase.Parse<TaskTrigger>(rows.GetString(6)),
                Config: rows.IsDBNull(7) ? null : rows.GetString(7),
                Clock: rows.IsDBNull(8) ? null : rows.GetFieldValue<DateTimeOffset>(8),
                DryRun: rows.GetBoolean(9),
                TraceParent: rows.IsDBNull(10) ? null : rows.GetString(10),
                ClaimedAt: rows.GetFieldValue<DateTimeOffset>(11)
            );
            found.Add(
                new FoundTask(claim, rows.GetInt32(12), rows.GetFieldValue<DateTimeOffset>(13), rows.GetBoolean(14))
            );
        }
        await rows.NextResultAsync(cancellationToken);
        return found;
    }

    /// <summary>Whether another claim took a task of the same agent, or the same place of a key, and this one took nothing.</summary>
    public static bool IsRace(PostgresException exception) =>
        exception is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: OneRunning or OnePlace };

    // No parameters: a worker asks for the same as long as it lives, and PostgreSQL keeps one plan of a statement that has
    // none. Of one that has, it weighs at each execution whether to plan it anew, by costs from when the table was smaller,
    // and planning takes longer than the claim. (A limit that it does not know makes a plan for far more.)
    private string StatementOf(Claimant claimant, int max)
    {
        var (worker, scope) = claimant;
        var since = scope.ManualSince is { } instant ? Literal(instant.UtcDateTime.ToString("O")) : "NULL";
        // In one pass: what is put in is not looked at again.
        return Place()
            .Replace(
                Sql,
                place =>
                    place.Value switch
                    {
                        "{worker}" => Literal(worker),
                        "{lease}" => string.Create(
                            CultureInfo.InvariantCulture,
                            $"make_interval(secs => {options.Value.Lease.TotalSeconds})"
                        ),
                        "{all}" => scope.ManualSince is null ? "true" : "false",
                        "{since}" => $"{since}::timestamptz",
                        "{labels}" => $"ARRAY[{string.Join(',', scope.Labels.Select(Literal))}]::text[]",
                        "{max}" => max.ToString(CultureInfo.InvariantCulture),
                        var unknown => throw new InvalidOperationException($"{unknown} is nothing of a claim."),
                    }
            );
    }

    [GeneratedRegex(@"\{[a-z]+\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();

    // In the notation that means the same whatever the server's settings are.
    private static string Literal(string text) =>
        $"E'{text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";
}
