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
        await TickAsync(db, cancellationToken);
        var (wait, longest) = (await store.UntilDueAsync(db, cancellationToken), options.Value.MaxSleep);
        return wait is null ? longest : TimeSpan.FromTicks(Math.Clamp(wait.Value.Ticks, 0, longest.Ticks));
    }

    private async Task TickAsync(ProductDb db, CancellationToken cancellationToken)
    {
        // 1. Take the due agents. Lines and next fires are one commit, so that no crash parts them.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var agents = await store.TakeDueAsync(db, options.Value.AgentsPerTick, cancellationToken);
        if (agents.Count == 0)
        {
            return;
        }
        // After the locks, never before: a fire that came due while we waited for a lock is due.
        var view = await store.ViewAsync(db, agents, cancellationToken);

        // 2. Plan each agent by itself.
        List<AgentTask> lines = [];
        List<NextFire> next = [];
        foreach (var agent in agents)
        {
            PlanOne(db, agent, view, lines, next);
        }

        // 3. Write.
        await store.WriteAsync(db, lines, next, cancellationToken);
        // Of those that can no longer be scheduled.
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
    }

    private void PlanOne(ProductDb db, Agent agent, TickView view, List<AgentTask> lines, List<NextFire> next)
    {
        var now = view.Now;
        var firstDue = agent.NextFire!.Value;
        var config = AgentConfig.Read(agent.Config, firstDue.AddTicks(-1), out var problems);
        if (config?.Schedule is null)
        {
            var reason = string.Join(" ", problems.Select(problem => problem.Message));
            TakeOffSchedule(db, agent, reason.Length > 0 ? reason : "Its config has no schedule.", now);
            return;
        }

        var plan = FirePlanner.Plan(
            config.Schedule.For(agent.Id),
            firstDue,
            now,
            new FirePolicy
            {
                Misfire = config.Misfire,
                Overlap = config.Overlap,
                OpenTask = view.Open.TryGetValue(agent.Id, out var task) ? task : null,
                Grace = options.Value.MisfireGrace,
                CatchUp = config.CatchUp,
                CatchUpLimit = options.Value.CatchUpLimit,
                FiresPerTick = options.Value.FiresPerTick,
            }
        );
        lines.AddRange(plan.Lines.Select(line => Row(agent, line, config, now)));
        next.Add(new NextFire(agent.Id, plan.NextFire));
    }

    // One agent whose time zone is gone, or whose config somebody broke, must not stop the others.
    private void TakeOffSchedule(ProductDb db, Agent agent, string reason, DateTimeOffset now)
    {
        var firstDue = agent.NextFire!.Value;
        db.Agents.Attach(agent);
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
}
