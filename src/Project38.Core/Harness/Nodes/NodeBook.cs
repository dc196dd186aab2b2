using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Project38.Core.Storage;
using Project38.Sandbox;

namespace Project38.Core.Harness.Nodes;

/// <summary>Says of this node that it lives, and forgets those that do not any more.</summary>
internal sealed class NodeBook(
    NodeId id,
    IDbContextFactory<ProductDb> databases,
    ISandbox sandbox,
    IOptions<HarnessOptions> harness
)
{
    /// <summary>Notes that this node lives.</summary>
    public async Task BeatAsync(CancellationToken cancellationToken)
    {
        var report = await sandbox.ReportAsync(cancellationToken);
        var level = report.Level.ToSnakeCase();
        await using var db = databases.CreateDbContext();
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        var known = await db
            .Nodes.Where(node => node.Id == id.Value)
            .ExecuteUpdateAsync(
                set => set.SetProperty(node => node.SeenAt, now).SetProperty(node => node.SandboxLevel, level),
                cancellationToken
            );
        if (known == 0)
        {
            db.Nodes.Add(
                new Node
                {
                    Id = id.Value,
                    Roles =
                    [
                        "api",
                        .. harness.Value.Worker ? ["worker"] : Array.Empty<string>(),
                        .. harness.Value.Scheduler ? [Node.SchedulerRole] : Array.Empty<string>(),
                    ],
                    Labels = harness.Value.Worker ? harness.Value.Labels : [],
                    Version = harness.Value.Version,
                    SandboxLevel = level,
                    StartedAt = now,
                    SeenAt = now,
                }
            );
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    /// <summary>Forgets nodes that are dead.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var last = await DatabaseClock.NowAsync(db, cancellationToken) - Node.Silence;
        await db.Nodes.Where(node => node.SeenAt < last).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>This node leaves.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        await db.Nodes.Where(node => node.Id == id.Value).ExecuteDeleteAsync(cancellationToken);
    }
}
