using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Harness.Nodes;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Nodes;

public abstract class NodeBookContract(DatabaseFixture fixture) : HarnessSuite(fixture)
{
    [Fact]
    public async Task Beat_KeepsOneRowForEachNode_WithWhenItWasSeen()
    {
        var (one, other) = (NewBook(), NewBook());
        await one.BeatAsync(Cancelled);
        await other.BeatAsync(Cancelled);
        await Database.ShiftClockAsync(TimeSpan.FromMinutes(1), Cancelled);

        await one.BeatAsync(Cancelled);

        var nodes = await NodesAsync();
        nodes.Count.ShouldBe(2);
        nodes[0].SeenAt.ShouldBeGreaterThan(nodes[0].StartedAt.AddSeconds(59));
        nodes[1].SeenAt.ShouldBe(nodes[1].StartedAt);
    }

    [Fact]
    public async Task Sweep_ForgetsTheDead_AndABeatBringsOneBack()
    {
        var (alive, dead) = (NewBook(), NewBook());
        await dead.BeatAsync(Cancelled);
        await Database.ShiftClockAsync(Node.Silence + TimeSpan.FromSeconds(1), Cancelled);
        await alive.BeatAsync(Cancelled);

        await alive.SweepAsync(Cancelled);
        var left = await NodesAsync();
        await dead.BeatAsync(Cancelled);

        left.Count.ShouldBe(1);
        (await NodesAsync()).Count.ShouldBe(2);
    }

    private NodeBook NewBook() => NewNode().GetRequiredService<NodeBook>();

    private async Task<List<Node>> NodesAsync()
    {
        await using var db = CreateDb();
        return await db.Nodes.AsNoTracking().OrderBy(node => node.StartedAt).ToListAsync(Cancelled);
    }
}

public sealed class NodeBookOnSqlite(SqliteFixture fixture) : NodeBookContract(fixture), IClassFixture<SqliteFixture>;

public sealed class NodeBookOnPostgres(PostgresFixture fixture)
    : NodeBookContract(fixture),
        IClassFixture<PostgresFixture>;
