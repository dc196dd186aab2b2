using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Harness.Nodes;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications;

namespace Project38.Core.Harness.Scheduling;

/// <summary>Fires that should have come, and that nothing has put into the ledger.</summary>
/// <param name="Since">The oldest of them.</param>
/// <param name="Agents">How many agents wait for one.</param>
/// <param name="Seen">When that was seen, by the database's clock.</param>
public sealed record OverdueFires(DateTimeOffset Since, int Agents, DateTimeOffset Seen);

/// <summary>The dead-man's switch of the schedules. A node that ticks writes a late fire's line at once, so no fire stays overdue.</summary>
public sealed class ScheduleWatch(IDbContextFactory<ProductDb> databases)
{
    /// <summary>How long a fire may lack its line. A restart, or an outage of the database, is shorter.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Looks.</summary>
    /// <returns>Null when every fire has its line, or had to wait for it less than <see cref="Patience"/>.</returns>
    public async Task<OverdueFires?> FindAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await FindAsync(db, cancellationToken);
    }

    /// <summary>Tells the owner of the platform, once per outage.</summary>
    public async Task AlertAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        if (await FindAsync(db, cancellationToken) is not { } overdue)
        {
            return;
        }

        // While nothing ticks the oldest fire stays the oldest: it names the outage.
        var key = $"schedules:overdue:{overdue.Since.ToUnixMicroseconds()}";
        if (await db.Inbox.AnyAsync(message => message.IdempotencyKey == key, cancellationToken))
        {
            return;
        }
        var agents = overdue.Agents == 1 ? "1 agent" : $"{overdue.Agents} agents";
        db.Inbox.Add(
            new InboxMessage
            {
                Title = "Schedules do not fire",
                Text =
                    $"{agents} should have fired, the first at {overdue.Since:u}, and nothing took notice. "
                    + await WhyAsync(db, overdue.Seen, cancellationToken)
                    + " When schedules fire again, the ledger of each agent says what was missed: p38 schedule AGENT.",
                Source = "platform",
                IdempotencyKey = key,
                CreatedAt = overdue.Seen,
            }
        );
        await db.SaveChangesAsync(cancellationToken);
    }

    private static async Task<OverdueFires?> FindAsync(ProductDb db, CancellationToken cancellationToken)
    {
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        var latest = now - Patience;
        var overdue = db.Agents.Where(agent =>
            agent.Status == AgentStatus.Active && agent.DeletedAt == null && agent.NextFire < latest
        );
        return await overdue.MinAsync(agent => agent.NextFire, cancellationToken) is { } since
            ? new OverdueFires(since, await overdue.CountAsync(cancellationToken), now)
            : null;
    }

    private static async Task<string> WhyAsync(ProductDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var heard = now - Node.Silence;
        var nodes = await db
            .Nodes.AsNoTracking()
            .Where(node => node.SeenAt >= heard)
            .OrderBy(node => node.StartedAt)
            .ToListAsync(cancellationToken);
        var schedulers = nodes.Where(node => node.Roles.Contains(Node.SchedulerRole)).Select(node => node.Id).ToList();
        return schedulers.Count == 0
            ? "No node with the role 'scheduler' lives: start one with 'p38 up --roles scheduler,worker'."
            : $"{string.Join(", ", schedulers)} should have: look into the log there, and restart it.";
    }
}
