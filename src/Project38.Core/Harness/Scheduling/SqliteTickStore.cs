using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Harness.Queue;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Scheduling;

/// <summary>The tick on SQLite: its transaction is the one writer, so it locks nothing else.</summary>
internal sealed class SqliteTickStore : ITickStore
{
    private const string TakeDue = $$"""
        SELECT * FROM agents
        WHERE status = 'active' AND deleted_at IS NULL AND next_fire <= {{DatabaseClock.SqliteNow}}
        ORDER BY next_fire, id LIMIT {0}
        """;

    // One JSON array of arrays, in the order of the columns.
    private const string Write = """
        INSERT INTO tasks (
            team_id, agent_id, "trigger", status, scheduled_at, not_before, max_attempts, attempt, fence, dry_run,
            completed_at, error, fires, last_fire_at, created_at, trace_parent, priority
        )
        SELECT value ->> 0, value ->> 1, 'schedule', value ->> 2, value ->> 3, value ->> 4, value ->> 5, 0, 0, 0,
            value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12
        FROM json_each({0}) WHERE true
        ON CONFLICT (agent_id, scheduled_at) WHERE "trigger" = 'schedule' DO NOTHING
        """;

    private const string Move = """
        UPDATE agents SET next_fire = next.value ->> 1 FROM json_each({0}) AS next WHERE agents.id = next.value ->> 0
        """;

    private const string View = $$"""
        SELECT clock.now, o.agent_id, o.task_id
        FROM (SELECT {{DatabaseClock.SqliteNow}} AS now) AS clock LEFT JOIN (
            SELECT agent_id, min(id) AS task_id FROM tasks
            WHERE agent_id IN (SELECT value FROM json_each({0})) AND status IN ('pending', 'running', 'waiting')
            GROUP BY agent_id
        ) AS o
        """;

    private const string UntilDue = $$"""
        SELECT MIN(next_fire) - {{DatabaseClock.SqliteNow}} AS "Value" FROM agents
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
                .Database.SqlQueryRaw<TickView.OpenTask>(
                    View,
                    JsonSerializer.Serialize(agents.Select(agent => agent.Id))
                )
                .ToListAsync(cancellationToken)
        );

    /// <inheritdoc/>
    public async Task WriteAsync(
        ProductDb db,
        IReadOnlyList<AgentTask> lines,
        IReadOnlyList<NextFire> next,
        CancellationToken cancellationToken
    )
    {
        var rows = lines.Select(line =>
            new object?[]
            {
                line.TeamId,
                line.AgentId,
                line.Status.ToSnakeCase(),
                line.ScheduledAt.ToUnixMicroseconds(),
                line.NotBefore.ToUnixMicroseconds(),
                line.MaxAttempts,
                line.CompletedAt?.ToUnixMicroseconds(),
                line.Error,
                line.Fires,
                line.LastFireAt?.ToUnixMicroseconds(),
                line.CreatedAt.ToUnixMicroseconds(),
                line.TraceParent,
                line.Priority,
            }
        );
        await db.Database.ExecuteSqlRawAsync(Write, [JsonSerializer.Serialize(rows)], cancellationToken);
        var moves = next.Select(one => new[] { one.AgentId, one.At?.ToUnixMicroseconds() });
        await db.Database.ExecuteSqlRawAsync(Move, [JsonSerializer.Serialize(moves)], cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<TimeSpan?> UntilDueAsync(ProductDb db, CancellationToken cancellationToken) =>
        await db.Database.SqlQueryRaw<long?>(UntilDue).SingleAsync(cancellationToken) is { } microseconds
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;
}
