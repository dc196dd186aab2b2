using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Harness.Queue;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Scheduling;

/// <summary>The tick on PostgreSQL: nodes tick side by side, and each due agent is taken by one.</summary>
internal sealed class PostgresTickStore : ITickStore
{
    // NO KEY: results and runs that name the agent are written meanwhile.
    private const string TakeDue = $$"""
        SELECT * FROM agents
        WHERE status = 'active' AND deleted_at IS NULL AND next_fire <= {{DatabaseClock.PostgresNow}}
        ORDER BY next_fire, id LIMIT {0}
        FOR NO KEY UPDATE SKIP LOCKED
        """;

    private const string View = $$"""
        WITH clock AS MATERIALIZED (
            SELECT (EXTRACT(EPOCH FROM {{DatabaseClock.PostgresNow}}) * 1000000)::bigint AS now
        )
        SELECT clock.now, o.agent_id, o.task_id
        FROM clock LEFT JOIN (
            SELECT agent_id, min(id) AS task_id FROM tasks
            WHERE agent_id = ANY({0}) AND status IN ('pending', 'running', 'waiting') GROUP BY agent_id
        ) o ON true
        """;

    private const string Write = """
        WITH moved AS (
            UPDATE agents SET next_fire = next.at FROM unnest({13}, {14}) AS next(id, at) WHERE agents.id = next.id
        )
        INSERT INTO tasks (
            team_id, agent_id, "trigger", status, scheduled_at, not_before, max_attempts, attempt, fence, dry_run,
            completed_at, error, fires, last_fire_at, created_at, trace_parent, priority
        )
        SELECT team_id, agent_id, 'schedule', status, scheduled_at, not_before, max_attempts, 0, 0, false,
            completed_at, error, fires, last_fire_at, created_at, trace_parent, priority
        FROM unnest({0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}, {11}, {12}) AS line(
            team_id, agent_id, status, scheduled_at, not_before, max_attempts,
            completed_at, error, fires, last_fire_at, created_at, trace_parent, priority
        )
        ON CONFLICT (agent_id, scheduled_at) WHERE "trigger" = 'schedule' DO NOTHING
        """;

    private const string UntilDue = $$"""
        SELECT (EXTRACT(EPOCH FROM min(next_fire) - {{DatabaseClock.PostgresNow}}) * 1000000)::bigint AS "Value" FROM agents
        WHERE status = 'active' AND deleted_at IS NULL AND next_fire IS NOT NULL
        """;

    /// <inheritdoc/>
    public Task<List<Agent>> TakeDueAsync(ProductDb db, int max, CancellationToken cancellationToken) =>
        db.Agents.FromSqlRaw(TakeDue, max).AsNoTracking().ToListAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<TickView> ViewAsync(
        ProductDb db,
        IReadOnlyList<Agent> agents,
        CancellationToken cancellationToken
    ) =>
        TickView.Of(
            await db
                .Database.SqlQueryRaw<TickView.OpenTask>(View, [agents.Select(agent => agent.Id).ToArray()])
                .ToListAsync(cancellationToken)
        );

    /// <inheritdoc/>
    public Task WriteAsync(
        ProductDb db,
        IReadOnlyList<AgentTask> lines,
        IReadOnlyList<NextFire> next,
        CancellationToken cancellationToken
    ) =>
        db.Database.ExecuteSqlRawAsync(
            Write,
            [
                lines.Select(line => line.TeamId).ToArray(),
                lines.Select(line => line.AgentId).ToArray(),
                lines.Select(line => line.Status.ToSnakeCase()).ToArray(),
                lines.Select(line => line.ScheduledAt).ToArray(),
                lines.Select(line => line.NotBefore).ToArray(),
                lines.Select(line => line.MaxAttempts).ToArray(),
                lines.Select(line => line.CompletedAt).ToArray(),
                lines.Select(line => line.Error).ToArray(),
                lines.Select(line => line.Fires).ToArray(),
                lines.Select(line => line.LastFireAt).ToArray(),
                lines.Select(line => line.CreatedAt).ToArray(),
                lines.Select(line => line.TraceParent).ToArray(),
                lines.Select(line => line.Priority).ToArray(),
                next.Select(one => one.AgentId).ToArray(),
                next.Select(one => one.At).ToArray(),
            ],
            cancellationToken
        );

    /// <inheritdoc/>
    public async Task<TimeSpan?> UntilDueAsync(ProductDb db, CancellationToken cancellationToken) =>
        await db.Database.SqlQueryRaw<long?>(UntilDue).SingleAsync(cancellationToken) is { } microseconds
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;
}
