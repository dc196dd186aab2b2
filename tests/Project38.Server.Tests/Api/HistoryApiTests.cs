using System.Text.Json.Nodes;
using Project38.Testing;

namespace Project38.Server.Tests.Api;

/// <summary>The history of attempts over real HTTP, on both databases.</summary>
public abstract class HistoryContract(ModelServerFixture fixture)
{
    private const string Wish = "Greet the moon politely, every morning at eight";

    private static readonly string[] Making =
    [
        "id: integer",
        "kind: string",
        "version: integer|null",
        "asked: string|null",
        "proved: boolean",
        "stopped: string",
        "iterations: integer",
        "tokens_used: integer",
        "generation_cost: number",
        "created_by: string",
        "created_at: time",
        "attempts: array",
    ];

    private static readonly string[] Attempt =
    [
        "number: integer",
        "origin: string",
        "proved: boolean",
        "code: string|null",
        "tests: string|null",
        "config: string|null",
        "findings: array",
        "tests_found: integer",
        "tests_passed: integer",
        "failures: array",
        "problems: array",
        "tokens: object",
        "cost: number",
    ];

    private TestServer Server => fixture.Server;

    [Fact]
    public async Task History_HasEveryAttemptAndItsCost_WhenAModelNeededTwo()
    {
        fixture.Claude.Reply(
            Answer(Greeter.Code.Replace("Good", "Bad")),
            Answer(Greeter.Code) with
            {
                Output = 1000,
                CacheRead = 100,
            }
        );
        var made = await Server.PostAsync("/api/agents", new JsonObject { ["description"] = Wish });
        var id = made.Body.GetProperty("id").GetInt64();

        var history = await Server.GetAsync($"/api/agents/{id}/history");

        history.Status.ShouldBe(200, history.Text);
        history.Headers.GetValues("X-Total-Count").ShouldBe(["1"]);
        var making = history.Body.EnumerateArray().ShouldHaveSingleItem();
        making.ShouldHaveFields(Making);
        making.GetProperty("kind").GetString().ShouldBe("create");
        making.GetProperty("asked").GetString().ShouldBe(Wish);
        making.GetProperty("version").GetInt32().ShouldBe(1);
        making.GetProperty("stopped").GetString()!.ShouldContain("passed");
        making
            .GetProperty("generation_cost")
            .GetDecimal()
            .ShouldBe(made.Body.GetProperty("generation_cost").GetDecimal());
        var attempts = making.GetProperty("attempts").EnumerateArray().ToArray();
        attempts.Length.ShouldBe(2);
        attempts.ShouldAllBe(attempt => attempt.GetProperty("origin").GetString() == "model:claude-sonnet-5-5");
        attempts[0].ShouldHaveFields(Attempt);
        attempts[0].GetProperty("code").GetString()!.ShouldContain("Bad evening");
        attempts[0].GetProperty("failures")[0].ShouldHaveFields("test: string", "outcome: string", "message: string");
        attempts[0].GetProperty("failures")[0].GetProperty("message").GetString()!.ShouldContain("Bad evening");
        attempts[1].GetProperty("proved").GetBoolean().ShouldBeTrue();
        attempts[1]
            .GetProperty("tokens")
            .ShouldHaveFields(
                "input: integer",
                "output: integer",
                "cache_write5m: integer",
                "cache_write1h: integer",
                "cache_read: integer"
            );
        attempts
            .Sum(attempt => attempt.GetProperty("cost").GetDecimal())
            .ShouldBe(making.GetProperty("generation_cost").GetDecimal());
    }

    [Fact]
    public async Task History_StaysWithTheDraft_WhenNoProgramPassed()
    {
        var same = Answer("def broken(:\n");
        fixture.Claude.Reply(same, same);
        var refused = await Server.PostAsync("/api/agents", new JsonObject { ["description"] = Wish });
        var id = refused.Body.GetProperty("agent_id").GetInt64();

        var making = (await Server.GetAsync($"/api/agents/{id}/history")).Body[0];

        refused.Status.ShouldBe(422, refused.Text);
        making.GetProperty("proved").GetBoolean().ShouldBeFalse();
        making.GetProperty("stopped").GetString()!.ShouldContain("same answer twice");
        making.GetProperty("attempts").GetArrayLength().ShouldBe(2);
        making.GetProperty("attempts")[1].GetProperty("findings")[0].GetProperty("rule").GetString().ShouldBe("syntax");
    }

    [Fact]
    public async Task History_KnowsImportsAndReplacements()
    {
        var id = await Server.ImportAsync(Programs.Counter);
        await Server.PutAsync(
            $"/api/agents/{id}",
            new JsonObject { ["code"] = $"# 2\n{Programs.Counter}", ["strict_validation"] = false }
        );

        var history = await Server.GetAsync($"/api/agents/{id}/history");

        history
            .Body.EnumerateArray()
            .Select(one => (one.GetProperty("kind").GetString(), one.GetProperty("version").GetInt32()))
            .ShouldBe([("replace", 2), ("import", 1)]);
        (await Server.GetAsync("/api/agents/999999/history")).ShouldBeProblem(404, "no agent 999999");
    }

    private static ClaudeReply Answer(string code) =>
        new AgentAnswer
        {
            Code = code,
            Tests = Greeter.Tests,
            Config = """{"whom": "moon"}""",
        }.ToReply();
}

public sealed class HistoryOnSqlite(SqliteModelServerFixture server)
    : HistoryContract(server),
        IClassFixture<SqliteModelServerFixture>;

public sealed class HistoryOnPostgres(PostgresModelServerFixture server)
    : HistoryContract(server),
        IClassFixture<PostgresModelServerFixture>;
