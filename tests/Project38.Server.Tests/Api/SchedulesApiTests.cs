using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Testing;

namespace Project38.Server.Tests.Api;

public sealed class SchedulesApiTests(SqliteServerFixture fixture, SqliteFixture databases)
    : IClassFixture<SqliteServerFixture>
{
    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Schedule_ShowsTheNextFires_InTheAgentsZone()
    {
        var id = await Server.ImportAsync(
            Programs.Counter,
            new JsonObject { ["schedule"] = "30 9 * * 1-5", ["timezone"] = "Asia/Jerusalem" }
        );

        var answer = await Server.GetAsync($"/api/agents/{id}/schedule?next=12");

        answer.Status.ShouldBe(200, answer.Text);
        answer.Body.ShouldHaveFields(
            "agent_id: integer",
            "status: string",
            "schedule: string|null",
            "timezone: string",
            "next: array",
            "note: string|null",
            "last: array"
        );
        var fires = Times(answer.Body.GetProperty("next"));
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Jerusalem");
        fires.Count.ShouldBe(12);
        fires.ShouldBeInOrder();
        fires
            .Select(fire => TimeZoneInfo.ConvertTime(fire, zone))
            .ShouldAllBe(fire =>
                fire.TimeOfDay == new TimeSpan(9, 30, 0)
                && fire.DayOfWeek != DayOfWeek.Saturday
                && fire.DayOfWeek != DayOfWeek.Sunday
            );
    }

    [Fact]
    public async Task Schedule_ShowsNoFires_WhileTheAgentIsPaused()
    {
        var id = await Server.ImportAsync(Programs.Counter, new JsonObject { ["schedule"] = "@daily" });
        await Server.PutAsync($"/api/agents/{id}", new JsonObject { ["status"] = "paused" });

        var paused = await Server.GetAsync($"/api/agents/{id}/schedule");

        paused.Body.GetProperty("status").GetString().ShouldBe("paused");
        paused.Body.GetProperty("schedule").GetString().ShouldBe("@daily");
        paused.Body.GetProperty("next").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Schedule_ShowsTheLedger_OfFiresThatCame()
    {
        var id = await Server.ImportAsync(Programs.Counter, new JsonObject { ["schedule"] = "* * * * * *" });

        Answer answer;
        do
        {
            answer = await Server.GetAsync($"/api/agents/{id}/schedule?last=3");
        } while (!answer.Text.Contains("\"completed\"", StringComparison.Ordinal));
        await Server.DeleteAsync($"/api/agents/{id}");

        var ran = answer
            .Body.GetProperty("last")
            .EnumerateArray()
            .First(line => line.GetProperty("status").GetString() == "completed");
        ran.ShouldHaveFields(
            "task_id: integer",
            "scheduled_at: time",
            "last_fire_at: time|null",
            "fires: integer",
            "status: string",
            "late_seconds: number|null",
            "reason: string|null"
        );
        ran.GetProperty("late_seconds").GetDouble().ShouldBeGreaterThanOrEqualTo(0);
    }

    [Fact]
    public async Task Schedule_SaysByHowMuch_WhenAFireRanLate()
    {
        await using var server = await TestServer.StartAsync(databases, TestContext.Current.CancellationToken);
        var id = await server.ImportAsync(Programs.Counter, new JsonObject { ["schedule"] = "0 0 1 1 *" });
        var fire = Times((await server.GetAsync($"/api/agents/{id}/schedule")).Body.GetProperty("next"))[0];

        await server.Database.ShiftClockAsync(
            fire.AddSeconds(42) - TimeProvider.System.GetUtcNow(),
            TestContext.Current.CancellationToken
        );

        Answer answer;
        do
        {
            answer = await server.GetAsync($"/api/agents/{id}/schedule");
        } while (!answer.Text.Contains("\"completed\"", StringComparison.Ordinal));
        var line = answer.Body.GetProperty("last").EnumerateArray().ShouldHaveSingleItem();
        line.GetProperty("scheduled_at").GetDateTimeOffset().ShouldBe(fire);
        line.GetProperty("reason").GetString().ShouldNotBeNull().ShouldMatch(@"^late by (4[2-9]|5\d) s$");
    }

    [Fact]
    public async Task Health_IsDegraded_WhenSchedulesShouldFireAndNoSchedulerLives()
    {
        await using var server = await TestServer.StartAsync(
            databases,
            TestContext.Current.CancellationToken,
            roles: NodeRoles.Worker
        );
        await server.ImportAsync(Programs.Counter, new JsonObject { ["schedule"] = "* * * * *" });
        var before = await server.GetAsync("/health");

        await server.Database.ShiftClockAsync(TimeSpan.FromMinutes(7), TestContext.Current.CancellationToken);

        var health = await server.GetAsync("/health");
        before.Body.GetProperty("status").GetString().ShouldBe("healthy");
        health.Body.GetProperty("status").GetString().ShouldBe("degraded");
        health.Body.GetProperty("schedules").GetString().ShouldBe("overdue");
    }

    [Fact]
    public async Task Preview_GivesTheFires_OfAScheduleNobodyHas()
    {
        // The night in which Israel's clocks go forward: 02:30 does not exist, and fires at 03:00.
        var answer = await Server.PostAsync(
            "/api/schedules/preview",
            new JsonObject
            {
                ["schedule"] = "30 2 * * *",
                ["timezone"] = "Asia/Jerusalem",
                ["after"] = "2026-03-26T12:00:00Z",
                ["count"] = 2,
            }
        );

        answer.Status.ShouldBe(200, answer.Text);
        answer.Body.ShouldHaveFields("schedule: string", "timezone: string", "next: array", "note: string|null");
        Times(answer.Body.GetProperty("next"))
            .ShouldBe([DateTimeOffset.Parse("2026-03-27T00:00:00Z"), DateTimeOffset.Parse("2026-03-27T23:30:00Z")]);
    }

    [Fact]
    public async Task Preview_SaysThatEachAgentHasItsOwn_WhenTheScheduleIsSpread()
    {
        var answer = await Server.PostAsync("/api/schedules/preview", new JsonObject { ["schedule"] = "H 8 * * *" });

        answer.Status.ShouldBe(200, answer.Text);
        answer.Body.GetProperty("next").GetArrayLength().ShouldBe(0);
        answer.Body.GetProperty("note").GetString().ShouldNotBeNull().ShouldContain("when an agent is made");
    }

    [Fact]
    public async Task Schedule_ShowsTheFiresOfThisAgent_WhenItIsSpreadAndNarrowed()
    {
        var config = new JsonObject
        {
            ["schedule"] = "H 8 * * *",
            ["not_before"] = "2100-01-01",
            ["skip_dates"] = new JsonArray("fri", "2100-01-02..2100-01-04"),
        };
        var id = await Server.ImportAsync(Programs.Counter, config);

        var answer = await Server.GetAsync($"/api/agents/{id}/schedule?next=3");

        // 1 January 2100 is a Friday.
        var fires = Times(answer.Body.GetProperty("next"));
        fires.Select(fire => fire.Day).ShouldBe([5, 6, 7]);
        fires.ShouldAllBe(fire => fire.Hour == 8 && fire.Minute == fires[0].Minute);
        answer.Body.GetProperty("note").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Schedule_SaysSo_WhenItIsOver()
    {
        var id = await Server.ImportAsync(
            Programs.Counter,
            new JsonObject { ["schedule"] = "@daily", ["not_after"] = "2020-12-31" }
        );

        var answer = await Server.GetAsync($"/api/agents/{id}/schedule");

        answer.Body.GetProperty("next").GetArrayLength().ShouldBe(0);
        answer.Body.GetProperty("note").GetString().ShouldNotBeNull().ShouldContain("2020-12-31 23:59:59Z");
    }

    [Theory]
    [InlineData("""{"schedule": "61 * * * *"}""", "schedule")]
    [InlineData("""{"schedule": "@daily", "timezone": "Asia/Nowhere"}""", "timezone")]
    [InlineData("""{"schedule": "@daily", "count": 0}""", "count")]
    [InlineData("""{"schedule": "@daily", "count": 101}""", "count")]
    [InlineData("""{"schedule": 7, "after": "soon"}""", "after,schedule")]
    [InlineData("{}", "schedule")]
    public async Task Preview_NamesTheField_WhenItIsWrong(string body, string fields)
    {
        var answer = await Server.PostAsync("/api/schedules/preview", JsonNode.Parse(body));

        answer.Status.ShouldBe(422, answer.Text);
        answer.WrongFields.ShouldBe(fields.Split(','));
    }

    [Theory]
    [InlineData("next=101")]
    [InlineData("last=-1")]
    [InlineData("next=ten")]
    public async Task Schedule_NamesTheParameter_WhenItIsWrong(string query)
    {
        var id = await Server.ImportAsync(Programs.Counter);

        var answer = await Server.GetAsync($"/api/agents/{id}/schedule?{query}");

        answer.Status.ShouldBe(422);
        answer.WrongFields.ShouldBe([query.Split('=')[0]]);
    }

    private static List<DateTimeOffset> Times(JsonElement list) =>
        [.. list.EnumerateArray().Select(fire => fire.GetDateTimeOffset())];
}
