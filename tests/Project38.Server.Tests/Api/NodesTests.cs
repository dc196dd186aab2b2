namespace Project38.Server.Tests.Api;

/// <summary>Who serves a database, as <c>/api/system</c> lists it.</summary>
public abstract class NodesContract(ServerFixture fixture)
{
    private TestServer Server => fixture.Server;

    [Fact]
    public async Task System_ListsThisNode_FromTheFirstRequestOn()
    {
        var system = await Server.GetAsync("/api/system");

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

        var both = await server.Server.GetAsync("/api/system");
        await other.DisposeAsync();
        var one = await server.Server.GetAsync("/api/system");

        both.Body.GetProperty("nodes").GetArrayLength().ShouldBe(2);
        one.Body.GetProperty("nodes").GetArrayLength().ShouldBe(1);
    }
}
