using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Agents.Risks;
using Project38.Core.Harness.Queue;
using Project38.Core.Storage;
using Project38.Drills.Nodes;
using Project38.Testing;

namespace Project38.Drills;

/// <summary>Agents fire every second while everything that can break breaks; then it is counted what became of each fire.</summary>
/// <param name="database">A migrated, empty database.</param>
/// <param name="plan">What happens.</param>
/// <param name="url">The database as the nodes reach it; null: directly.</param>
/// <param name="restart">Restarts the database's server; null where none has to.</param>
public sealed class Storm(TestDatabase database, StormPlan plan, string? url = null, Func<Task>? restart = null)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    // What is open when the last fire has come: leases that must end, and retries.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Random _random = new(plan.Seed);

    /// <summary>Runs it.</summary>
    /// <exception cref="TimeoutException">The tasks did not come to an end.</exception>
    public async Task<Account> RunAsync(CancellationToken cancellationToken)
    {
        var first = await GivenAgentsAsync(cancellationToken);
        await using var nodes = new NodeRow(plan, Settings);
        await nodes.StartAsync();
        var trouble = TroubleAsync(nodes, cancellationToken);
        await UntilAsync(async db => await FiredAsync(db, cancellationToken) >= plan.Fires, cancellationToken);
        await trouble;
        var spans = await PersistAsync(db => EndFiringAsync(db, first, cancellationToken), cancellationToken);
        await UntilAsync(async db => !await IsBusyAsync(db, cancellationToken), cancellationToken);
        await nodes.StopAsync();
        return await Account.OfAsync(database, spans, cancellationToken);
    }

    /// <summary>What SQLite says of its file: <c>ok</c>, or what is wrong with it.</summary>
    public static async Task<string> IntegrityAsync(TestDatabase database, CancellationToken cancellationToken)
    {
        await using var db = database.CreateDb();
        var lines = await db.Database.SqlQuery<string>($"PRAGMA integrity_check").ToListAsync(cancellationToken);
        return string.Join("; ", lines);
    }

    private NodeSettings Settings(int node) =>
        new()
        {
            // A node on PostgreSQL has a home of its own; SQLite is in the one there is.
            Home = database.Options.DatabaseUrl is null
                ? database.Options.Home
                : Path.Join(database.Options.Home, $"node-{node}"),
            DatabaseUrl = url ?? database.Options.DatabaseUrl,
            Lease = plan.Lease,
            ClockShift = plan.Nodes == 1 ? plan.ClockShift : plan.ClockShift * (2.0 * node / (plan.Nodes - 1) - 1),
        };

    // All that goes wrong, at random moments of the time that the fires take.
    private async Task TroubleAsync(NodeRow nodes, CancellationToken cancellationToken)
    {
        IEnumerable<Func<Task>> all =
        [
            .. Enumerable.Repeat(() => nodes.KillOneAsync(_random), plan.Kills),
            .. Enumerable.Repeat(() => nodes.FreezeOneAsync(_random, plan.Lease * 1.5), plan.Freezes),
            .. Enumerable.Repeat(nodes.RollNextAsync, plan.Rollings),
            .. Enumerable.Repeat(restart ?? (() => Task.CompletedTask), plan.Restarts),
        ];
        var length = TimeSpan.FromSeconds((double)plan.Fires / plan.Agents);
        var moments = all.Select(trouble => (At: length * _random.NextDouble(), Trouble: trouble))
            .OrderBy(one => one.At)
            .ToList();
        // One at a time; what takes longer than the moment of the next is caught up with, so that all of them fit.
        var begun = Stopwatch.GetTimestamp();
        foreach (var (at, trouble) in moments)
        {
            var ahead = at - Stopwatch.GetElapsedTime(begun);
            await Task.Delay(ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero, cancellationToken);
            await trouble();
        }
    }

    private async Task<Dictionary<long, DateTimeOffset>> GivenAgentsAsync(CancellationToken cancellationToken)
    {
        await using var db = database.CreateDb();
        await db.Database.ExecuteSqlRawAsync("CREATE TABLE drill_executions (task_id bigint)", cancellationToken);
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        // Time for the nodes to start.
        var first = new DateTimeOffset(now.Ticks - now.Ticks % TimeSpan.TicksPerSecond, TimeSpan.Zero).AddSeconds(3);
        var register = new AgentRegister(database.Factory, (_, _, _) => Task.FromResult(HeldRisks.None));
        var ids = new Dictionary<long, DateTimeOffset>();
        for (var number = 0; number < plan.Agents; number++)
        {
            var made = await register.CreateAsync(
                new NewAgent
                {
                    Name = $"drill {number}",
                    Description = "Is due every second, for a drill.",
                    Status = AgentStatus.Active,
                    // A worker that is killed costs an attempt.
                    Config =
                        """{"schedule": "* * * * * *", "overlap": "queue", "misfire": "run_all", "max_retries": 20, "retry_backoff": 1}""",
                    Grant = Manifest.Empty,
                    CreatedBy = "drill",
                    Code = "class Agent: ...",
                    Tests = null,
                    Manifest = Manifest.Empty,
                    Hash = new string('0', 64),
                    Origin = "import",
                },
                cancellationToken
            );
            ids.Add(((AgentChange.Done)made).Agent.Agent.Id, first);
        }
        await db.Agents.ExecuteUpdateAsync(set => set.SetProperty(agent => agent.NextFire, first), cancellationToken);
        return ids;
    }

    // Under the lock that a tick takes, so that no fire is between the two.
    private static async Task<IReadOnlyDictionary<long, FireSpan>> EndFiringAsync(
        ProductDb db,
        Dictionary<long, DateTimeOffset> first,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var agents = db.IsPostgres
            ? await db.Agents.FromSqlRaw("SELECT * FROM agents ORDER BY id FOR UPDATE").ToListAsync(cancellationToken)
            : await db.Agents.ToListAsync(cancellationToken);
        var spans = agents.ToDictionary(
            agent => agent.Id,
            agent => new FireSpan(first[agent.Id], agent.NextFire!.Value)
        );
        foreach (var agent in agents)
        {
            agent.NextFire = null;
        }
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return spans;
    }

    private static Task<int> FiredAsync(ProductDb db, CancellationToken cancellationToken) =>
        db.Tasks.SumAsync(task => task.Fires, cancellationToken);

    private static Task<bool> IsBusyAsync(ProductDb db, CancellationToken cancellationToken) =>
        db.Tasks.AnyAsync(task => AgentTaskStatuses.Open.Contains(task.Status), cancellationToken);

    private async Task UntilAsync(Func<ProductDb, Task<bool>> isSo, CancellationToken cancellationToken)
    {
        var patience = TimeSpan.FromSeconds((double)plan.Fires / plan.Agents) + Patience;
        using var limit = new CancellationTokenSource(patience);
        while (!await PersistAsync(isSo, cancellationToken))
        {
            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"The tasks came to no end within {patience}.");
            }
            await Task.Delay(Pace, cancellationToken);
        }
    }

    // The database is restarted under this hand too.
    private async Task<T> PersistAsync<T>(Func<ProductDb, Task<T>> act, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await using var db = database.CreateDb();
                return await act(db);
            }
            catch (Exception exception)
                when (exception is DbException or InvalidOperationException { InnerException: DbException })
            {
                await Task.Delay(Pace, cancellationToken);
            }
        }
    }
}
