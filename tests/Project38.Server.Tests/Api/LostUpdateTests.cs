using System.Text.Json.Nodes;

namespace Project38.Server.Tests.Api;

/// <summary>ETag and If-Match: nobody's change is undone by somebody who has not seen it.</summary>
public abstract class LostUpdates(ServerFixture fixture)
{
    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Change_IsRefused_WhenTheAgentWasChangedSince()
    {
        var id = await Server.ImportAsync(Programs.Counter);
        var seen = await TagAsync(id);
        var first = await PutAsync(id, """{"name": "first"}""", seen);

        var second = await PutAsync(id, """{"name": "second"}""", seen);
        var deleted = await Server.SendAsync(
            HttpMethod.Delete,
            $"/api/agents/{id}",
            (JsonNode?)null,
            ("If-Match", seen)
        );
        var replaced = await PutAsync(id, new JsonObject { ["code"] = Programs.Counter }.ToJsonString(), seen);
        var rolled = await Server.SendAsync(
            HttpMethod.Post,
            $"/api/agents/{id}/rollback",
            new JsonObject { ["version"] = 1 },
            ("If-Match", seen)
        );

        first.Status.ShouldBe(200, first.Text);
        foreach (var refused in (Answer[])[second, deleted, replaced, rolled])
        {
            refused.ShouldBeProblem(412, $"GET /api/agents/{id}");
        }
        (await Server.GetAsync($"/api/agents/{id}")).Body.GetProperty("name").GetString().ShouldBe("first");
    }

    [Fact]
    public async Task Change_IsMade_WhenItsTagIsTheLatest()
    {
        var id = await Server.ImportAsync(Programs.Counter);

        var named = await PutAsync(id, """{"name": "named"}""", await TagAsync(id));
        var replaced = await PutAsync(
            id,
            new JsonObject
            {
                ["code"] = Programs.Counter,
                ["name"] = "both",
                ["strict_validation"] = false,
            }.ToJsonString(),
            named.Headers.ETag!.Tag
        );
        var last = replaced.Headers.ETag!.Tag;

        named.Status.ShouldBe(200, named.Text);
        replaced.Status.ShouldBe(200, replaced.Text);
        replaced.Body.GetProperty("version").GetInt32().ShouldBe(2);
        replaced.Body.GetProperty("name").GetString().ShouldBe("both");
        (await TagAsync(id)).ShouldBe(last);
    }

    [Fact]
    public async Task Tag_IsAnother_AfterEveryChange()
    {
        var id = await Server.ImportAsync(Programs.Counter);
        var tags = new List<string> { await TagAsync(id) };
        for (var change = 0; change < 20; change++)
        {
            // Faster than SQLite's clock, which counts milliseconds.
            var answer = await Server.PutAsync($"/api/agents/{id}", new JsonObject { ["name"] = $"name {change}" });
            tags.Add(answer.Headers.ETag!.Tag);
        }

        tags.ShouldBeUnique();
    }

    [Theory]
    [InlineData("*", 200)]
    [InlineData("\"0\", *", 200)]
    [InlineData("\"0\"", 412)]
    [InlineData("\"ffffffffffffffff\"", 412)]
    [InlineData("no quotes", 400)]
    public async Task IfMatch_IsTaken_AsRfc9110HasIt(string header, int status)
    {
        var id = await Server.ImportAsync(Programs.Counter);

        var answer = await PutAsync(id, """{"name": "other"}""", header);

        answer.Status.ShouldBe(status, answer.Text);
    }

    [Fact]
    public async Task IfMatch_NamesNothing_WhenTheTagIsWeak()
    {
        var id = await Server.ImportAsync(Programs.Counter);

        var answer = await PutAsync(id, """{"name": "other"}""", "W/" + await TagAsync(id));

        answer.Status.ShouldBe(412);
    }

    private async Task<string> TagAsync(long id) => (await Server.GetAsync($"/api/agents/{id}")).Headers.ETag!.Tag;

    private Task<Answer> PutAsync(long id, string body, string tag) =>
        Server.SendAsync(HttpMethod.Put, $"/api/agents/{id}", JsonNode.Parse(body), ("If-Match", tag));
}

public sealed class LostUpdatesOnSqlite(SqliteServerFixture server)
    : LostUpdates(server),
        IClassFixture<SqliteServerFixture>;

public sealed class LostUpdatesOnPostgres(PostgresServerFixture server)
    : LostUpdates(server),
        IClassFixture<PostgresServerFixture>;
