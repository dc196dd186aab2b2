using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Project38.Core.Agents;
using Project38.Core.Audit;
using Project38.Core.Harness.Queue;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications;

namespace Project38.Core.Harness.Scheduling;

/// <summary>Turns due schedules into tasks. Every node may tick at any time; no fire gets two lines, and none gets none.</summary>
internal sealed class Tick(
    IDbContextFactory<ProductDb> databases,
    ITickStore store,
    IOptions<SchedulerOptions> options,
    HarnessSignals signals,
    ILogger<Tick> logger
)
{
    /// <summary>Ticks once.</summary>
    /// <returns>How long nothing is due, by the database's clock; at most <see cref="SchedulerOptions.MaxSleep"/>.</returns>
    public async Task<TimeSpan> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        if (await SleepAsync(db, cancellationToken) is { } sleep && sleep > TimeSpan.Zero)
        {
            return sleep;
        }

        // 1. Take the due agents. Lines and next fires are one commit, so that no crash parts them.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var agents = await store.TakeDueAsync(db, options.Value.AgentsPerTick, cancellationToken);
        // After the locks, never before: a fire that came due while we waited for a lock is due.
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        var open = await OpenTasksAsync(db, agents, cancellationToken);

        // 2. Plan each agent by itself.
        List<AgentTask> lines = [];
        foreach (var agent in agents)
        {
            lines.AddRange(PlanOne(db, agent, open.TryGetValue(agent.Id, out var task) ? task : null, now));
        }

        // 3. Write.
        if (lines.Count > 0)
        {
            await store.WriteAsync(db, lines, cancellationToken);
        }
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        // 4. Tell.
        if (lines.Exists(line => line.Status == AgentTaskStatus.Pending))
        {
            signals.Due();
        }
        foreach (var line in lines)
        {
            HarnessInstruments.Fires(line.Status.ToSnakeCase(), line.Fires);
        }
        logger.Ticked(agents.Count, lines.Count);
        return await SleepAsync(db, cancellationToken);
    }

    private IEnumerable<AgentTask> PlanOne(ProductDb db, Agent agent, long? openTask, DateTimeOffset now)
    {
        var firstDue = agent.NextFire!.Value;
        var config = AgentConfig.Read(agent.Config, firstDue.AddTicks(-1), out var problems);
        if (config?.Schedule is null)
        {
            var reason = string.Join(" ", problems.Select(problem => problem.Message));
            TakeOffSchedule(db, agent, reason.Length > 0 ? reason : "Its config has no schedule.", now);
            return [];
        }

        var plan = FirePlanner.Plan(
            config.Schedule.For(agent.Id),
            firstDue,
            now,
            new FirePolicy
            {
                Misfire = config.Misfire,
                Overlap = config.Overlap,
                OpenTask = openTask,
                Grace = options.Value.MisfireGrace,
                CatchUp = config.CatchUp,
                CatchUpLimit = options.Value.CatchUpLimit,
                FiresPerTick = options.Value.FiresPerTick,
            }
        );
        agent.NextFire = plan.NextFire;
        return plan.Lines.Select(line => Row(agent, line, config, now));
    }

    // One agent whose time zone is gone, or whose config somebody broke, must not stop the others.
    private void TakeOffSchedule(ProductDb db, Agent agent, string reason, DateTimeOffset now)
    {
        var firstDue = agent.NextFire!.Value;
        agent.Status = AgentStatus.Error;
        agent.NextFire = null;
        agent.UpdatedAt = now;
        db.Inbox.Add(
            new InboxMessage
            {
                TeamId = agent.TeamId,
                AgentId = agent.Id,
                Title = StoredText.Title($"{agent.Name} can no longer be scheduled"),
                Text = StoredText.Message(
                    $"{reason}\nIt was due at {firstDue:u}. Correct its schedule, then resume it."
                ),
                Source = "platform",
                IdempotencyKey = $"agent:{agent.Id}:unschedulable:{firstDue.ToUnixMicroseconds()}",
                CreatedAt = now,
            }
        );
        AuditTrail.Append(db, "platform", "agent.error", $"agent:{agent.Id}", now);
        logger.Unschedulable(agent.Id, reason);
    }

    private static AgentTask Row(Agent agent, FireLine line, AgentConfig config, DateTimeOffset now)
    {
        var row = new AgentTask
        {
            TeamId = agent.TeamId,
            AgentId = agent.Id,
            Trigger = TaskTrigger.Schedule,
            Priority = config.Priority,
            MaxAttempts = config.MaxRetries + 1,
            CreatedAt = now,
        };
        switch (line)
        {
            case FireLine.Due due:
                row.Status = AgentTaskStatus.Pending;
                row.ScheduledAt = due.At;
                row.TraceParent = HarnessInstruments.TraceFire(agent.Id, due.At);
                break;
            case FireLine.Skipped skipped:
                row.Status = AgentTaskStatus.Skipped;
                row.ScheduledAt = skipped.At;
                row.Error = skipped.Reason;
                row.CompletedAt = now;
                break;
            case FireLine.Missed missed:
                row.Status = AgentTaskStatus.Missed;
                row.ScheduledAt = missed.First;
                row.LastFireAt = missed.Fires > 1 ? missed.Last : null;
                row.Fires = missed.Fires;
                row.Error = missed.Reason;
                row.CompletedAt = now;
                break;
            default:
                throw new InvalidOperationException($"No such line: {line}");
        }
        row.NotBefore = row.ScheduledAt + FireJitter.Of(agent.Id, row.ScheduledAt, config.Jitter);
        return row;
    }

    private static async Task<Dictionary<long, long>> OpenTasksAsync(
        ProductDb db,
        List<Agent> agents,
        CancellationToken cancellationToken
    )
    {
        var ids = agents.Select(agent => agent.Id).ToList();
        return await db
            .Tasks.Where(task => ids.Contains(task.AgentId) && AgentTaskStatuses.Open.Contains(task.Status))
            .GroupBy(task => task.AgentId)
            .Select(group => new { AgentId = group.Key, TaskId = group.Min(task => task.Id) })
            .ToDictionaryAsync(one => one.AgentId, one => one.TaskId, cancellationToken);
    }

    private async Task<TimeSpan> SleepAsync(ProductDb db, CancellationToken cancellationToken)
    {
        var next = await db
            .Agents.Where(agent =>
                agent.Status == AgentStatus.Active && agent.DeletedAt == null && agent.NextFire != null
            )
            .MinAsync(agent => agent.NextFire, cancellationToken);
        if (next is null)
        {
            return options.Value.MaxSleep;
        }
        var wait = next.Value - await DatabaseClock.NowAsync(db, cancellationToken);
        return TimeSpan.FromTicks(Math.Clamp(wait.Ticks, 0, options.Value.MaxSleep.Ticks));
    }
}
