using Npgsql;
using Project38.Drills;
using Project38.Testing;

namespace Project38.Bench;

/// <summary>The long form of the drills: what is counted is what a person who trusts the platform would lose.</summary>
internal static class FaultsBenchmark
{
    /// <summary>Drills, and says what became of every fire.</summary>
    /// <param name="full">As many fires and faults as the promise names; else a tenth of them.</param>
    /// <returns>How the process is to end: 1 when anything was lost, twice or double.</returns>
    public static async Task<int> RunAsync(bool full)
    {
        var part = full ? 1 : 10;
        var isWhole = true;
        foreach (var seed in full ? new[] { 1, 2, 3 } : [1])
        {
            var plan = new StormPlan
            {
                Agents = 60,
                Fires = 10_000 / part,
                Kills = 200 / part,
                Freezes = 10 / part,
                Restarts = full ? 3 : 1,
                Seed = seed,
            };
            isWhole &= await OnPostgresAsync($"kills, freezes, restarts; seed {seed}", plan);
            isWhole &= await OnPostgresAsync(
                $"the same behind a transaction pooler; seed {seed}",
                plan,
                (server, database) =>
                {
                    var bouncer = PgBouncer.Start(server);
                    return (bouncer, bouncer.Url(database));
                }
            );
        }
        isWhole &= await OnPostgresAsync(
            "rolling restarts of three nodes",
            new StormPlan
            {
                Agents = 30,
                Nodes = 3,
                Fires = 2_000 / part,
                Rollings = 20 / part,
            }
        );
        isWhole &= await OnPostgresAsync(
            "clocks wrong by 10 minutes",
            new StormPlan { Fires = 1_000 / part, ClockShift = TimeSpan.FromMinutes(10) }
        );
        isWhole &= await OnPostgresAsync(
            "connections cut at COMMIT",
            new StormPlan { Fires = 1_000 / part, Nodes = 2 },
            (server, database) =>
            {
                var cutter = CommitCutter.Start(server.Folder, cuts: 100 / part);
                var url = new NpgsqlConnectionStringBuilder(server.Url(database)) { Host = cutter.Folder };
                return (cutter, url.ConnectionString);
            }
        );
        isWhole &= await OnSqliteAsync(
            new StormPlan
            {
                Nodes = 1,
                Agents = 20,
                Fires = 4_000 / part,
                Kills = 100 / part,
            }
        );
        Console.WriteLine($"faults: {(isWhole ? "nothing lost, nothing twice, no effect double: ok" : "short")}");
        return isWhole ? 0 : 1;
    }

    private static async Task<bool> OnPostgresAsync(
        string name,
        StormPlan plan,
        Func<PostgresServer, string, (IDisposable Between, string Url)>? between = null
    )
    {
        using var fixture = new PostgresFixture();
        await using var database = await fixture.CreateAsync(CancellationToken.None);
        var way = between?.Invoke(
            fixture.Server,
            new NpgsqlConnectionStringBuilder(database.Options.DatabaseUrl).Database!
        );
        using var gone = way?.Between;
        var storm = new Storm(database, plan, way?.Url, () => Task.Run(fixture.Server.Restart));
        return Tell(name, await storm.RunAsync(CancellationToken.None));
    }

    private static async Task<bool> OnSqliteAsync(StormPlan plan)
    {
        using var fixture = new SqliteFixture();
        await using var database = await fixture.CreateAsync(CancellationToken.None);
        return Tell("kills on SQLite", await new Storm(database, plan).RunAsync(CancellationToken.None));
    }

    private static bool Tell(string name, Account account)
    {
        Console.WriteLine($"{name}: {account}");
        return account.IsWhole;
    }
}
