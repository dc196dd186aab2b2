using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Audit;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Queue;

/// <summary>
/// Starts by hand that are one task however often they are asked for: by a client that sends again what a dead server left
/// without an answer.
/// </summary>
internal sealed class KeyedStarts(IDbContextFactory<ProductDb> databases)
{
    /// <summary>Writes the task as <see cref="ITaskQueue.StartAsync"/> does, or finds the one that was written before.</summary>
    public async Task<AgentTask?> StartAsync(
        long agentId,
        ManualStart start,
        string cause,
        string who,
        string? traceParent,
        CancellationToken cancellationToken
    )
    {
        await using var db = databases.CreateDbContext();
        if (await BeforeAsync(db, agentId, cause, cancellationToken) is { } before)
        {
            return before;
        }
        var agent = await db
            .Agents.AsNoTracking()
            .SingleOrDefaultAsync(
                one =>
                    one.Id == agentId
                    && one.DeletedAt == null
                    && one.Status != AgentStatus.Draft
                    && one.VersionId != null,
                cancellationToken
            );
        if (agent is null)
        {
            return null;
        }
        try
        {
            return await WriteAsync(db, agent, start, cause, who, traceParent, cancellationToken);
        }
        catch (DbUpdateException exception) when (StorageException.Explain(exception) is null)
        {
            // It came twice at once, and the index on the causes let one of the two in.
            db.ChangeTracker.Clear();
            return await BeforeAsync(db, agentId, cause, cancellationToken)
                ?? throw new InvalidOperationException("A start could not be written.", exception);
        }
    }

    private static async Task<AgentTask> WriteAsync(
        ProductDb db,
        Agent agent,
        ManualStart start,
        string cause,
        string who,
        string? traceParent,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        var task = TaskInputs.Add(db, agent, TaskTrigger.Manual, traceParent, now);
        task.MaxAttempts = 1;
        (task.Config, task.Clock, task.DryRun) = (start.Config, start.Clock, start.DryRun);
        await db.SaveChangesAsync(cancellationToken);
        TaskInputs.Give(db, task, cause, new JsonObject { ["kind"] = "manual" });
        AuditTrail.Append(db, who, "task.start", $"task:{task.Id}", now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return task;
    }

    private static async Task<AgentTask?> BeforeAsync(
        ProductDb db,
        long agentId,
        string cause,
        CancellationToken cancellationToken
    ) =>
        await TaskInputs.TaskOfAsync(db, agentId, cause, cancellationToken) is { } id
            ? await db.Tasks.AsNoTracking().SingleAsync(task => task.Id == id, cancellationToken)
            : null;
}
