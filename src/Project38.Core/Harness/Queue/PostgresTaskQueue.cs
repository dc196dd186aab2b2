using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using Project38.Core.Audit;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Queue;

/// <summary>The queue on PostgreSQL, for any number of nodes.</summary>
internal sealed class PostgresTaskQueue(
    IDbContextFactory<ProductDb> databases,
    PostgresClaim claim,
    IOptions<QueueOptions> options
) : ITaskQueue
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
    public Task<IReadOnlyList<ClaimedTask>> ClaimAsync(
        string worker,
        int max,
        ClaimScope scope,
        CancellationToken cancellationToken
    ) => FoundTask.InLooksAsync(max, left => LookAsync(new Claimant(worker, scope), left, cancellationToken));

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

    private async Task<List<FoundTask>> LookAsync(Claimant claimant, int max, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        while (true)
        {
            try
            {
                await using var batch = await db.OpenBatchAsync(cancellationToken);
                batch.BatchCommands.Add(claim.Command(claimant, max));
                await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
                return await PostgresClaim.ReadAsync(rows, cancellationToken);
            }
            catch (PostgresException exception) when (PostgresClaim.IsRace(exception))
            {
                // It has committed, or this one would still wait for it: the next look sees that, so each turn here means
                // that somebody got on.
            }
        }
    }

    // Npgsql cannot guess the type of a bare null.
    private static NpgsqlParameter Nullable(NpgsqlDbType type, object? value) =>
        new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
