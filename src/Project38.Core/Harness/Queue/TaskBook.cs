using Microsoft.EntityFrameworkCore;
using Project38.Core.Execution;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Queue;

/// <summary>A part of a list, and how long the whole list is.</summary>
public sealed record TaskPage(IReadOnlyList<AgentTask> Tasks, int Total);

/// <summary>Which tasks to list.</summary>
public sealed record TaskFilter
{
    /// <summary>Only this agent's; null: all.</summary>
    public long? AgentId { get; init; }

    /// <summary>Only with this status; null: all.</summary>
    public AgentTaskStatus? Status { get; init; }

    /// <summary>At most this many. Default: 100.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>After this many. Default: 0.</summary>
    public int Offset { get; init; }
}

/// <summary>How many tasks there are, by how they went.</summary>
/// <param name="Total">All that nobody has hidden, skipped and missed fires aside: those never were to run.</param>
/// <param name="Completed">Succeeded.</param>
/// <param name="Failed">Failed or timed out.</param>
/// <param name="Running">Running now.</param>
/// <param name="Pending">Due, waiting for a retry, or waiting for an answer.</param>
/// <param name="SuccessRate">Of those that succeeded or failed, 0 to 100; 0 when there are none.</param>
public sealed record TaskSummary(int Total, int Completed, int Failed, int Running, int Pending, double SuccessRate);

/// <summary>Reads tasks, their runs and the ledger. Changes nothing; see <see cref="TaskControl"/>.</summary>
public sealed class TaskBook(IDbContextFactory<ProductDb> databases)
{
    /// <summary>A task; null when there is none, or somebody has hidden it.</summary>
    public async Task<AgentTask?> FindAsync(long taskId, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await Visible(db).SingleOrDefaultAsync(task => task.Id == taskId, cancellationToken);
    }

    /// <summary>Tasks, newest first.</summary>
    public async Task<TaskPage> ListAsync(TaskFilter filter, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var tasks = Visible(db);
        if (filter.AgentId is { } agentId)
        {
            tasks = tasks.Where(task => task.AgentId == agentId);
        }
        if (filter.Status is { } status)
        {
            tasks = tasks.Where(task => task.Status == status);
        }
        var total = await tasks.CountAsync(cancellationToken);
        var page = await tasks
            .OrderByDescending(task => task.Id)
            .Skip(filter.Offset)
            .Take(filter.Limit)
            .ToListAsync(cancellationToken);
        return new TaskPage(page, total);
    }

    /// <summary>How tasks went, of all agents.</summary>
    public async Task<TaskSummary> SummarizeAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var counts = await Visible(db)
            .GroupBy(task => task.Status)
            .Select(group => new { Status = group.Key, Count = group.Count() })
            .ToDictionaryAsync(one => one.Status, one => one.Count, cancellationToken);

        var completed = Count(AgentTaskStatus.Completed);
        var failed = Count(AgentTaskStatus.Failed) + Count(AgentTaskStatus.Timeout);
        var running = Count(AgentTaskStatus.Running);
        var pending = Count(AgentTaskStatus.Pending) + Count(AgentTaskStatus.Waiting);
        var total = completed + failed + running + pending + Count(AgentTaskStatus.Cancelled);
        var ended = completed + failed;
        return new TaskSummary(total, completed, failed, running, pending, ended == 0 ? 0 : 100.0 * completed / ended);

        int Count(AgentTaskStatus status) => counts.GetValueOrDefault(status);
    }

    /// <summary>The last lines of an agent's ledger, newest fire first; hidden ones too.</summary>
    public async Task<IReadOnlyList<AgentTask>> LedgerAsync(
        long agentId,
        int limit,
        CancellationToken cancellationToken
    )
    {
        await using var db = databases.CreateDbContext();
        return await db
            .Tasks.AsNoTracking()
            .Where(task => task.AgentId == agentId && task.Trigger == TaskTrigger.Schedule)
            .OrderByDescending(task => task.ScheduledAt)
            .Take(limit)
            .ToListAsync(cancellationToken);
    }

    /// <summary>The runs of a task with their logs and steps, oldest first.</summary>
    public async Task<IReadOnlyList<AgentRun>> RunsAsync(long taskId, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await db
            .Runs.AsNoTracking()
            .Where(run => run.TaskId == taskId)
            .OrderBy(run => run.Id)
            .ToListAsync(cancellationToken);
    }

    private static IQueryable<AgentTask> Visible(ProductDb db) =>
        db.Tasks.AsNoTracking().Where(task => task.HiddenAt == null);
}
