using System.Text.Json.Nodes;

namespace Project38.Server.Tests.Api;

public sealed class HandoffsApiTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>
{
    private const string Noting = """
        handoff.state["seen"] = handoff.state.get("seen", 0) + 1
        handoff.observe("saw one")
        if self.config.get("fail"):
            raise ValueError("no")
        """;

    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Handoff_IsFresh_BeforeTheFirstRun()
    {
        var id = await Server.ImportAsync(Programs.Turning(Noting));

        var answer = await Server.GetAsync($"/api/agents/{id}/handoff");

        answer.Status.ShouldBe(200, answer.Text);
        answer.Body.ShouldHaveFields(
            "agent_id: integer",
            "next_run: integer",
            "fresh: boolean",
            "state: object",
            "observations: array",
            "actions: array",
            "summary: string"
        );
        answer.Body.GetProperty("fresh").GetBoolean().ShouldBeTrue();
        answer.Body.GetProperty("next_run").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Handoff_HasTheStateOfTheLastSuccess_AndWhatFailuresSaw()
    {
        var id = await Server.ImportAsync(Programs.Turning(Noting));
        await RunAsync(id, new JsonObject { ["bad"] = true });
        await RunAsync(id, new JsonObject { ["bad"] = true, ["fail"] = true });

        var next = (await Server.GetAsync($"/api/agents/{id}/handoff")).Body;
        var history = (await Server.GetAsync($"/api/agents/{id}/handoffs")).Body;
        var older = (await Server.GetAsync($"/api/agents/{id}/handoffs?before=2&limit=1")).Body;

        next.GetProperty("next_run").GetInt32().ShouldBe(3);
        next.GetProperty("fresh").GetBoolean().ShouldBeFalse();
        next.GetProperty("state").GetProperty("seen").GetInt32().ShouldBe(1);
        next.GetProperty("observations").GetArrayLength().ShouldBe(2);
        next.GetProperty("observations")[1].GetProperty("failed").GetBoolean().ShouldBeTrue();
        history.GetArrayLength().ShouldBe(2);
        history[0]
            .ShouldHaveFields(
                "run: integer",
                "generation: integer",
                "succeeded: boolean",
                "state: null",
                "observations: array",
                "actions: array",
                "summary: string|null",
                "created_at: time",
                "expires_at: time"
            );
        history[0].GetProperty("run").GetInt32().ShouldBe(2);
        history[1].GetProperty("state").GetProperty("seen").GetInt32().ShouldBe(1);
        older[0].GetProperty("run").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Reset_LetsTheAgentBeginAnew_AndKeepsTheHistory()
    {
        var id = await Server.ImportAsync(Programs.Turning(Noting));
        await RunAsync(id, new JsonObject { ["bad"] = true });

        var reset = await Server.DeleteAsync($"/api/agents/{id}/handoff");
        var fresh = (await Server.GetAsync($"/api/agents/{id}/handoff")).Body.GetProperty("fresh").GetBoolean();
        await RunAsync(id, new JsonObject { ["bad"] = true });
        var history = (await Server.GetAsync($"/api/agents/{id}/handoffs")).Body;

        reset.Status.ShouldBe(204);
        fresh.ShouldBeTrue();
        history.GetArrayLength().ShouldBe(2);
        history[0].GetProperty("state").GetProperty("seen").GetInt32().ShouldBe(1);
        history[0].GetProperty("generation").GetInt32().ShouldBe(2);
    }

    [Theory]
    [InlineData("GET", "handoff")]
    [InlineData("DELETE", "handoff")]
    [InlineData("GET", "handoffs")]
    public async Task Handoff_IsNotFound_WithoutAnAgent(string method, string route)
    {
        var answer = await Server.SendAsync(new HttpMethod(method), $"/api/agents/999999/{route}", (JsonNode?)null);

        answer.ShouldBeProblem(404, "no agent 999999");
    }

    private async Task RunAsync(long id, JsonObject config)
    {
        var ended = await Server.PostAsync($"/api/agents/{id}/execute", new JsonObject { ["config"] = config });
        ended.Status.ShouldBe(200, ended.Text);
    }
}
