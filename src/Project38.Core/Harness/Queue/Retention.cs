using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Project38.Core.Agents;
using Project38.Core.Approvals;
using Project38.Core.Execution;
using Project38.Core.Execution.Records;
using Project38.Core.Handoffs;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications.Deliveries;

namespace Project38.Core.Harness.Queue;

/// <summary>Deletes finished tasks that are old or too many, with their runs and what those left.</summary>
/// <remarks>
/// <para>
/// In batches, each a transaction, and on PostgreSQL of rows that nobody else has: no claim waits for one, and any node may
/// prune at any time. A fire does not come a second time when its line goes: the agent's next fire has moved on.
/// </para>
/// <para>Kept, however old: each agent's newest tasks and runs, and the handoffs that its next run is given.</para>
/// </remarks>
internal sealed class Retention(
    IDbContextFactory<ProductDb> databases,
    HandoffStore handoffs,
    IOptions<RetentionOptions> options,
    TimeProvider time,
    ILogger<Retention> logger
)
{
    /// <summary>Of each agent, this many tasks and runs are kept whatever the options say.</summary>
    public const int Newest = 100;

    private const int Batch = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private const string Old = """
        SELECT t.id AS "Value" FROM tasks t
        WHERE t.agent_id = {0} AND t.status NOT IN ('pending', 'running', 'waiting')
            AND t.id <= (SELECT n.id FROM tasks n WHERE n.agent_id = {0} ORDER BY n.id DESC LIMIT 1 OFFSET {1})
            AND (
                t.completed_at < {2}
                OR t.id <= (SELECT n.id FROM tasks n WHERE n.agent_id = {0} ORDER BY n.id DESC LIMIT 1 OFFSET {3})
            )
            AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.task_id = t.id AND r.number > {4})
        ORDER BY t.id LIMIT {5}
        """;

    private const string OldAndFree = Old + " FOR UPDATE OF t SKIP LOCKED";

    /// <summary>Looks at every agent once, and at the deliveries.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        while (await PruneDeliveriesAsync(cancellationToken) == Batch)
        {
            await Task.Delay(Pause, time, cancellationToken);
        }
        var last = 0L;
        while (await AgentsAfterAsync(last, cancellationToken) is { Count: > 0 } agents)
        {
            foreach (var agent in agents)
            {
                int pruned;
                do
                {
                    pruned = await PruneAsync(agent, cancellationToken);
                    if (pruned > 0)
                    {
                        logger.Pruned(pruned, agent);
                        await Task.Delay(Pause, time, cancellationToken);
                    }
                } while (pruned == Batch);
            }
            last = agents[^1];
        }
    }

    /// <summary>Deletes one batch of an agent's old tasks.</summary>
    /// <returns>How many.</returns>
    public async Task<int> PruneAsync(long agentId, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var before = await DatabaseClock.NowAsync(db, cancellationToken) - options.Value.Age;
        var lastRun = await db
            .Runs.Where(run => run.AgentId == agentId)
            .MaxAsync(run => (int?)run.Number, cancellationToken);
        var tasks = await db
            .Database.SqlQueryRaw<long>(
                db.IsPostgres ? OldAndFree : Old,
                agentId,
                Newest,
                db.IsPostgres ? before : before.ToUnixMicroseconds(),
                options.Value.TasksPerAgent,
                (lastRun ?? 0) - Newest,
                Batch
            )
            .ToListAsync(cancellationToken);
        if (tasks.Count == 0)
        {
            return 0;
        }

        await db.RunOutput.Where(output => tasks.Contains(output.TaskId)).ExecuteDeleteAsync(cancellationToken);
        await db.Runs.Where(run => tasks.Contains(run.TaskId)).ExecuteDeleteAsync(cancellationToken);
        await db.RunRecords.Where(record => tasks.Contains(record.TaskId)).ExecuteDeleteAsync(cancellationToken);
        await db.Approvals.Where(approval => tasks.Contains(approval.TaskId)).ExecuteDeleteAsync(cancellationToken);
        await db.Tasks.Where(task => tasks.Contains(task.Id)).ExecuteDeleteAsync(cancellationToken);
        var firstRun = await db
            .Runs.Where(run => run.AgentId == agentId)
            .MinAsync(run => (int?)run.Number, cancellationToken);
        if (firstRun is { } first)
        {
            await handoffs.PruneAsync(db, agentId, first, cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        return tasks.Count;
    }

    /// <summary>Deletes one batch of deliveries that ended long ago; their messages stay in the inbox.</summary>
    /// <returns>How many.</returns>
    public async Task<int> PruneDeliveriesAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var before = await DatabaseClock.NowAsync(db, cancellationToken) - options.Value.Age;
        var old = db
            .Deliveries.Where(delivery =>
                delivery.Status == DeliveryStatus.Sent || delivery.Status == DeliveryStatus.Failed
            )
            .Where(delivery => delivery.CreatedAt < before)
            .OrderBy(delivery => delivery.Id)
            .Take(Batch)
            .Select(delivery => delivery.Id);
        return await db.Deliveries.Where(delivery => old.Contains(delivery.Id)).ExecuteDeleteAsync(cancellationToken);
    }

    private async Task<List<long>> AgentsAfterAsync(long last, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await db
            .Agents.Where(agent => agent.Id > last)
            .OrderBy(agent => agent.Id)
            .Select(agent => agent.Id)
            .Take(Batch)
            .ToListAsync(cancellationToken);
    }
}
