using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Queue;

/// <summary>Writes tasks that something made due which gives them a <see cref="TaskInput"/>. The caller saves.</summary>
internal static class TaskInputs
{
    /// <summary>Adds a task, due now, with as many runs as its agent's config allows.</summary>
    public static AgentTask Add(ProductDb db, Agent agent, TaskTrigger trigger, string? traceParent, DateTimeOffset now)
    {
        var retries = (AgentConfig.Read(agent.Config, now, out _) ?? new AgentConfig()).MaxRetries;
        var task = new AgentTask
        {
            TeamId = agent.TeamId,
            AgentId = agent.Id,
            Trigger = trigger,
            Status = AgentTaskStatus.Pending,
            ScheduledAt = now,
            NotBefore = now,
            Priority = agent.Priority,
            MaxAttempts = retries + 1,
            TraceParent = traceParent,
            CreatedAt = now,
        };
        db.Tasks.Add(task);
        return task;
    }

    /// <summary>The task that a cause made due before; null: none.</summary>
    public static Task<long?> TaskOfAsync(
        ProductDb db,
        long agentId,
        string cause,
        CancellationToken cancellationToken
    ) =>
        db
            .TaskInputs.Where(input => input.AgentId == agentId && input.Cause == cause)
            .Select(input => (long?)input.TaskId)
            .SingleOrDefaultAsync(cancellationToken);

    /// <summary>Adds what a task gets, once it has its number.</summary>
    public static void Give(ProductDb db, AgentTask task, string cause, JsonObject trigger) =>
        db.TaskInputs.Add(
            new TaskInput
            {
                TaskId = task.Id,
                TeamId = task.TeamId,
                AgentId = task.AgentId,
                Cause = cause,
                Trigger = trigger.ToJsonString(),
            }
        );
}
