using Npgsql;
using Project38.Drills;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Drills;

/// <summary>The harness's promises while nodes and databases break: no fire lost, none twice, no effect double.</summary>
/// <remarks>A short form of each; <c>./bench/run faults --full</c> is the long one.</remarks>
public sealed class StormTests(PostgresFixture postgres, SqliteFixture sqlite)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NothingIsLostOrTwice_WhenNodesAreKilledAndFrozenAndTheirClocksAreWrong()
    {
        await using var database = await postgres.CreateAsync(Cancelled);
        var plan = new StormPlan
        {
            Fires = 100,
            Kills = 4,
            Freezes = 1,
            ClockShift = TimeSpan.FromMinutes(10),
        };

        ShouldBeWhole(await new Storm(database, plan).RunAsync(Cancelled));
    }

    [Fact]
    public async Task NothingIsLostOrTwice_WhenATransactionPoolerStandsBetween()
    {
        await using var database = await postgres.CreateAsync(Cancelled);
        using var bouncer = PgBouncer.Start(postgres.Server);
        var plan = new StormPlan
        {
            Nodes = 2,
            Fires = 100,
            Kills = 2,
        };

        ShouldBeWhole(await new Storm(database, plan, bouncer.Url(NameOf(database))).RunAsync(Cancelled));
    }

    [Fact]
    public async Task NothingIsLostOrTwice_WhenConnectionsAreCutAtTheirCommit()
    {
        await using var database = await postgres.CreateAsync(Cancelled);
        using var cutter = CommitCutter.Start(postgres.Server.Folder, cuts: 20);
        var plan = new StormPlan { Nodes = 2, Fires = 300 };
        var url = new NpgsqlConnectionStringBuilder(database.Options.DatabaseUrl) { Host = cutter.Folder };

        ShouldBeWhole(await new Storm(database, plan, url.ConnectionString).RunAsync(Cancelled));

        cutter.Cut.ShouldBe(20);
    }

    [Fact]
    public async Task NothingIsLostOrTwice_WhenTheDatabaseIsRestartedAndNodesAreDeployed()
    {
        // A server of its own: a restart would cut off the other tests.
        using var fixture = new PostgresFixture();
        await using var database = await fixture.CreateAsync(Cancelled);
        var plan = new StormPlan
        {
            Nodes = 3,
            Rollings = 3,
            Restarts = 1,
        };

        ShouldBeWhole(await new Storm(database, plan, restart: Restart).RunAsync(Cancelled));

        Task Restart() => Task.Run(fixture.Server.Restart, Cancelled);
    }

    [Fact]
    public async Task NothingIsLostOrTwice_WhenOneProcessOnSqliteIsKilled()
    {
        await using var database = await sqlite.CreateAsync(Cancelled);
        var plan = new StormPlan
        {
            Nodes = 1,
            Agents = 10,
            Fires = 100,
            Kills = 4,
        };

        var account = await new Storm(database, plan).RunAsync(Cancelled);

        ShouldBeWhole(account);
        (await Storm.IntegrityAsync(database, Cancelled)).ShouldBe("ok");
    }

    private static string NameOf(TestDatabase database) =>
        new NpgsqlConnectionStringBuilder(database.Options.DatabaseUrl).Database!;

    private static void ShouldBeWhole(Account account)
    {
        TestContext.Current.SendDiagnosticMessage(account.ToString());
        account.IsWhole.ShouldBeTrue($"{account}");
    }
}
