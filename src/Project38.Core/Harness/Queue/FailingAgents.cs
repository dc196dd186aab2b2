using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Audit;
using Project38.Core.Harness.Repairs;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications;

namespace Project38.Core.Harness.Queue;

/// <summary>Agents that fail again and again: stopped, before they fail for weeks.</summary>
internal static class FailingAgents
{
    private static readonly AgentTaskStatus[] Ended =
    [
        AgentTaskStatus.Completed,
        AgentTaskStatus.Failed,
        AgentTaskStatus.Timeout,
    ];

    /// <summary>
    /// Stops an active agent whose last tasks all failed, as many as its <c>pause_after</c> says, tells its owner, and leaves
    /// a <see cref="Repair"/> to be done. Tasks from before its last change do not count: it was resumed, or mended, since.
    /// One that <see cref="EndedRun.LacksYes"/> is stopped at once: no later task is another, and no model mends that.
    /// </summary>
    /// <returns>Whether it was stopped.</returns>
    public static async Task<bool> StopAsync(
        ProductDb db,
        EndedRun ended,
        string error,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var (id, claim) = (ended.Agent.Id, ended.Claim);
        var most = ended.LacksYes
            ? 1
            : (AgentConfig.Read(ended.Agent.Config, now, out _) ?? new AgentConfig()).PauseAfter;
        if (most == 0)
        {
            return false;
        }
        var agents = db.Agents;
        if (!ended.LacksYes)
        {
            var last = await db
                .Tasks.Where(task => task.AgentId == id && !task.DryRun && Ended.Contains(task.Status))
                .Where(task => agents.Any(agent => agent.Id == id && task.CreatedAt >= agent.UpdatedAt))
                .OrderByDescending(task => task.CompletedAt)
                .Take(most)
                .Select(task => task.Status)
                .ToListAsync(cancellationToken);
            if (last.Count < most || last.Contains(AgentTaskStatus.Completed))
            {
                return false;
            }
        }

        var stopped = await agents
            .Where(agent => agent.Id == id && agent.Status == AgentStatus.Active && agent.DeletedAt == null)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(agent => agent.Status, AgentStatus.Error)
                        .SetProperty(agent => agent.NextFire, (DateTimeOffset?)null)
                        .SetProperty(agent => agent.UpdatedAt, now),
                cancellationToken
            );
        if (stopped == 0)
        {
            return false;
        }
        AuditTrail.Append(db, "platform", "agent.error", $"agent:{id}", now);
        if (!ended.LacksYes)
        {
            db.Repairs.Add(
                new Repair
                {
                    TeamId = ended.Agent.TeamId,
                    AgentId = id,
                    TaskId = claim.TaskId,
                    Fence = claim.Fence,
                    CreatedAt = now,
                }
            );
        }
        db.Inbox.Add(
            new InboxMessage
            {
                TeamId = ended.Agent.TeamId,
                AgentId = id,
                TaskId = claim.TaskId,
                Title = StoredText.Title($"{ended.Agent.Name} was stopped"),
                Text = StoredText.Message(
                    ended.LacksYes
                        ? $"{error}\n\nIt is not started any more until then."
                        : $"{error}\n\nIts last {most} {(most == 1 ? "task" : "tasks")} failed, so it is not started any more. What "
                            + $"it printed: p38 logs {claim.TaskId}. Once that is mended: p38 resume {id}. To have it go on "
                            + "whatever fails: the config key 'pause_after', 0."
                ),
                Source = "platform",
                IdempotencyKey = $"{claim.TaskId}:stopped:{claim.Fence}",
                CreatedAt = now,
            }
        );
        return true;
    }
}
