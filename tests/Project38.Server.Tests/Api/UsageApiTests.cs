using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Models;
using Project38.Core.Models.Calls;
using Project38.Core.Storage;
using Project38.Testing;

namespace Project38.Server.Tests.Api;

/// <summary>Usage so far over real HTTP, on both databases.</summary>
public abstract class UsageContract(ModelServerFixture fixture)
{
    private const string Wish = "Greet the canary-of-usage politely, every morning at eight";

    private static readonly string[] Calls =
    [
        "calls: integer",
        "failed_calls: integer",
        "unpriced_calls: integer",
        "estimated_calls: integer",
        "input_tokens: integer",
        "output_tokens: integer",
        "cache_write_tokens: integer",
        "cache_read_tokens: integer",
        "cost_usd: number",
    ];

    private static readonly string[] Period =
    [
        .. Calls,
        "since: time|null",
        "runs: integer",
        "wall_seconds: number",
        "cpu_seconds: number",
        "uncounted_runs: integer",
    ];

    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Usage_HasEveryCall_AlsoOfAMakingThatCameToNothing()
    {
        var before = await UsageAsync("/api/usage");
        fixture.Claude.Reply(
            Answer(Greeter.Code.Replace("Good", "Bad")),
            Answer(Greeter.Code) with
            {
                Output = 1000,
                CacheRead = 100,
            },
            new ClaudeReply { End = ReplyEnd.Refused }
        );
        var made = await Server.PostAsync("/api/agents", new JsonObject { ["description"] = Wish });
        var id = made.Body.GetProperty("id").GetInt64();
        var refused = await Server.PostAsync("/api/agents", new JsonObject { ["description"] = Wish });
        await Server.PostAsync($"/api/agents/{id}/execute");

        var all = await UsageAsync("/api/usage?timezone=Asia/Jerusalem");
        var agents = await UsageAsync($"/api/agents/{id}/usage");

        refused.Status.ShouldBe(422, refused.Text);
        all.GetProperty("timezone").GetString().ShouldBe("Asia/Jerusalem");
        all.GetProperty("today").ShouldHaveFields(Period);
        all.GetProperty("by_model")[0].ShouldHaveFields([.. Calls, "provider: string", "model: string"]);
        foreach (var period in new[] { "today", "month", "ever" })
        {
            var sum = all.GetProperty(period);
            (Number(sum, "calls") - Number(before.GetProperty(period), "calls")).ShouldBe(3);
            (Number(sum, "failed_calls") - Number(before.GetProperty(period), "failed_calls")).ShouldBe(1);
            var own = agents.GetProperty(period);
            (Number(own, "calls"), Number(own, "failed_calls"), Number(own, "runs")).ShouldBe((2, 0, 1));
            Number(own, "cache_read_tokens").ShouldBe(100);
            own.GetProperty("wall_seconds").GetDouble().ShouldBeGreaterThan(0);
            own.GetProperty("cost_usd").GetDecimal().ShouldBe(made.Body.GetProperty("generation_cost").GetDecimal());
        }
        var model = agents.GetProperty("by_model").EnumerateArray().ShouldHaveSingleItem();
        model.GetProperty("provider").GetString().ShouldBe("claude");
        model.GetProperty("model").GetString().ShouldBe("claude-sonnet-5-5");
        var tool = agents.GetProperty("by_tool").EnumerateArray().ShouldHaveSingleItem();
        tool.ShouldHaveFields([
            "tool: string",
            "ended: string",
            "calls: integer",
            "seconds: number",
            "bytes: integer",
            "cost_usd: number",
        ]);
        tool.GetProperty("tool").GetString().ShouldBe("notifications.send");
        (tool.GetProperty("ended").GetString(), Number(tool, "calls")).ShouldBe(("ok", 1));
        Number(tool, "bytes").ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Call_IsKept_WithWhatItWasFor_AndNotWithWhatWasSaid()
    {
        fixture.Claude.Reply(Answer(Greeter.Code.Replace("Good", "Bad")), Answer(Greeter.Code));
        var made = await Server.PostAsync("/api/agents", new JsonObject { ["description"] = Wish });
        var id = made.Body.GetProperty("id").GetInt64();
        fixture.Claude.Reply(new ClaudeReply { End = ReplyEnd.CutOff });
        await Server.PostAsync($"/api/agents/{id}/edit", new JsonObject { ["wish"] = "canary-of-usage, louder" });

        await using var db = Server.Database.CreateDb();
        var calls = await db
            .ModelCalls.Where(call => call.AgentId == id)
            .OrderBy(call => call.Id)
            .ToListAsync(TestContext.Current.CancellationToken);

        calls.Select(call => call.Purpose).ShouldBe([ModelPurpose.Create, ModelPurpose.Repair, ModelPurpose.Edit]);
        calls.Select(call => call.Outcome).ShouldBe(["answered", "answered", "cut_off"]);
        calls.Select(call => call.Making).Distinct().Count().ShouldBe(2);
        JsonSerializer.Serialize(calls).ShouldNotContain("canary-of-usage");
    }

    [Fact]
    public async Task Usage_SaysThatACostIsUnknown_AndPutsEachCallInItsTime()
    {
        var id = await Server.ImportAsync(Programs.Counter);
        await using (var db = Server.Database.CreateDb())
        {
            var now = await DatabaseClock.NowAsync(db, TestContext.Current.CancellationToken);
            db.ModelCalls.AddRange(
                Call(id, "local", costMicroUsd: null, now),
                Call(id, "priced", costMicroUsd: 12_345, now.AddDays(-40)),
                Call(id, "priced", costMicroUsd: 5, now.AddDays(-400))
            );
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var usage = await UsageAsync($"/api/agents/{id}/usage");

        usage.GetProperty("today").GetProperty("cost_usd").ValueKind.ShouldBe(JsonValueKind.Null);
        Number(usage.GetProperty("today"), "unpriced_calls").ShouldBe(1);
        Number(usage.GetProperty("month"), "calls").ShouldBe(1);
        Number(usage.GetProperty("ever"), "calls").ShouldBe(3);
        Number(usage.GetProperty("ever"), "unpriced_calls").ShouldBe(1);
        usage.GetProperty("ever").GetProperty("cost_usd").GetDecimal().ShouldBe(0.012350m);
        usage
            .GetProperty("by_model")
            .EnumerateArray()
            .Select(one => (one.GetProperty("model").GetString(), one.GetProperty("cost_usd").ValueKind))
            .ShouldBe([("priced", JsonValueKind.Number), ("local", JsonValueKind.Null)]);
    }

    private async Task<JsonElement> UsageAsync(string path)
    {
        var answer = await Server.GetAsync(path);
        answer.Status.ShouldBe(200, answer.Text);
        answer.Body.ShouldHaveFields(
            "timezone: string",
            "today: object",
            "month: object",
            "ever: object",
            "by_model: array",
            "by_tool: array"
        );
        return answer.Body;
    }

    private static long Number(JsonElement sum, string field) => sum.GetProperty(field).GetInt64();

    private static ClaudeReply Answer(string code) =>
        new AgentAnswer
        {
            Code = code,
            Tests = Greeter.Tests,
            Config = """{"whom": "moon"}""",
        }.ToReply();

    private static ModelCallRow Call(long agentId, string model, long? costMicroUsd, DateTimeOffset at) =>
        new()
        {
            AgentId = agentId,
            Provider = ModelProvider.Ollama,
            Model = model,
            Purpose = ModelPurpose.Create,
            InputTokens = 1,
            OutputTokens = 1,
            CacheWriteTokens = 0,
            CacheReadTokens = 0,
            CostMicroUsd = costMicroUsd,
            Estimated = false,
            Outcome = ModelCallRow.Answered,
            CreatedAt = at,
        };
}

public sealed class UsageOnSqlite(SqliteModelServerFixture server)
    : UsageContract(server),
        IClassFixture<SqliteModelServerFixture>;

public sealed class UsageOnPostgres(PostgresModelServerFixture server)
    : UsageContract(server),
        IClassFixture<PostgresModelServerFixture>;
