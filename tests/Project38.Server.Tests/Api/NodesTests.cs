namespace Project38.Server.Tests.Api;

/// <summary>Who serves a database, as <c>/api/system</c> lists it.</summary>
public abstract class NodesContract(ServerFixture fixture)
{
    private TestServer Server => fixture.Server;

    [Fact]
    public async Task System_ListsThisNode()
    {
        var system = await Server.SystemOfAsync(nodes: 1);

        var node = system.Body.GetProperty("nodes").EnumerateArray().ShouldHaveSingleItem();
        node.ShouldHaveFields(
            "id: string",
            "roles: array",
            "started_at: time",
            "seen_at: time",
            "version: string",
            "sandbox_level: string"
        );
        node.GetProperty("id").GetString()!.ShouldStartWith(system.Body.GetProperty("node").GetString()!);
        node.GetProperty("roles").EnumerateArray().Select(role => role.GetString()).ShouldContain("scheduler");
        node.GetProperty("version").GetString().ShouldBe(system.Body.GetProperty("version").GetString());
        node.GetProperty("sandbox_level")
            .GetString()
            .ShouldBe(system.Body.GetProperty("sandbox").GetProperty("level").GetString());
    }
}

public sealed class NodesOnSqlite(SqliteServerFixture server)
    : NodesContract(server),
        IClassFixture<SqliteServerFixture>;

public sealed class NodesOnPostgres(PostgresServerFixture server)
    : NodesContract(server),
        IClassFixture<PostgresServerFixture>;

/// <summary>Two of them. A server of its own: another test's node would be in the list.</summary>
public sealed class TwoNodesTests(PostgresServerFixture server) : IClassFixture<PostgresServerFixture>
{
    [Fact]
    public async Task System_ListsTheOtherNode_UntilItLeaves()
    {
        var other = await server.Server.StartBesideAsync(TestContext.Current.CancellationToken);

        await server.Server.SystemOfAsync(nodes: 2);
        await other.DisposeAsync();
        var one = await server.Server.GetAsync("/api/system");

        one.Body.GetProperty("nodes").GetArrayLength().ShouldBe(1);
    }
}

internal static class NodesOfServer
{
    /// <summary>What a server says of itself, once so many nodes have come in.</summary>
    public static async Task<Answer> SystemOfAsync(this TestServer server, int nodes)
    {
        while (true)
        {
            var system = await server.GetAsync("/api/system");
            if (system.Body.GetProperty("nodes").GetArrayLength() == nodes)
            {
                return system;
            }
        }
    }
}
