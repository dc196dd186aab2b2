using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Testing;

namespace Project38.Server.Tests.Api;

public sealed class RepairsOnSqlite(SqliteModelServerFixture server)
    : RepairsContract(server),
        IClassFixture<SqliteModelServerFixture>;

public sealed class RepairsOnPostgres(PostgresModelServerFixture server)
    : RepairsContract(server),
        IClassFixture<PostgresModelServerFixture>;

/// <summary>An agent that fails in the sandbox is stopped, mended by a model over real HTTP, and runs again after a yes.</summary>
public abstract class RepairsContract(ModelServerFixture fixture)
{
    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Agent_RunsAgain_OnceItsRepairWasTakenAndItWasResumed()
    {
        var id = await GivenGreeterAsync();
        fixture.Claude.Reply(Answer());

        var failed = await Server.PostAsync($"/api/agents/{id}/execute");
        var told = await ToldAsync(id);
        var proposed = await Server.GetAsync($"/api/agents/{id}/versions");
        var diff = await Server.GetAsync($"/api/agents/{id}/diff?from=1&to=2");
        var stopped = await Server.GetAsync($"/api/agents/{id}");
        var taken = await Server.PostAsync($"/api/agents/{id}/activate", new JsonObject { ["version"] = 2 });
        var versions = await Server.GetAsync($"/api/agents/{id}/versions");
        await Server.PutAsync($"/api/agents/{id}", new JsonObject { ["status"] = "active" });
        var run = await Server.PostAsync($"/api/agents/{id}/execute");
        var history = await Server.GetAsync($"/api/agents/{id}/history");
        var usage = await Server.GetAsync($"/api/agents/{id}/usage");

        failed.Body.GetProperty("status").GetString().ShouldBe("failed", failed.Text);
        told.ShouldContain($"p38 activate {id} 2");
        Statuses(proposed).ShouldBe([(2, false, true, "repair"), (1, true, false, "import")]);
        diff.Body.GetProperty("code").GetString()!.ShouldContain("+        self.whom = config.get(\"whom\", \"moon\")");
        (stopped.Body.GetProperty("status").GetString(), stopped.Body.GetProperty("version").GetInt32()).ShouldBe(
            ("error", 1)
        );
        (taken.Body.GetProperty("status").GetString(), taken.Body.GetProperty("version").GetInt32()).ShouldBe(
            ("error", 2)
        );
        Statuses(versions).ShouldBe([(2, true, false, "repair"), (1, false, false, "import")]);
        run.Body.GetProperty("status").GetString().ShouldBe("completed", run.Text);
        run.Body.GetProperty("result").GetProperty("greeted").GetString().ShouldBe("moon");
        history.Body[0].GetProperty("kind").GetString().ShouldBe("repair");
        history.Body[0].GetProperty("asked").GetString()!.ShouldContain("KeyError");
        usage.Text.ShouldContain("0.007");
        fixture.Claude.Requests[^1].Body["messages"]!.ToJsonString().ShouldContain("Traceback");
    }

    private static IEnumerable<(int Number, bool Current, bool Proposed, string? Origin)> Statuses(Answer versions) =>
        versions
            .Body.EnumerateArray()
            .Select(one =>
                (
                    one.GetProperty("number").GetInt32(),
                    one.GetProperty("current").GetBoolean(),
                    one.GetProperty("proposed").GetBoolean(),
                    one.GetProperty("origin").GetString()
                )
            );

    // Its tests pass, and its config lacks what they give it.
    private async Task<long> GivenGreeterAsync()
    {
        var answer = await Server.PostAsync(
            "/api/agents/import",
            new JsonObject
            {
                ["code"] = Greeter.Code,
                ["tests"] = Greeter.Tests,
                ["description"] = "Greet the moon every day at eight in the morning",
                ["config"] = """{"schedule": "0 8 * * *", "timezone": "UTC", "pause_after": 1}""",
            }
        );
        answer.Status.ShouldBe(201, answer.Text);
        return answer.Body.GetProperty("id").GetInt64();
    }

    /// <summary>What the owner is told of the repair, once there is something to tell.</summary>
    private async Task<string> ToldAsync(long id)
    {
        while (true)
        {
            var inbox = await Server.GetAsync($"/api/inbox?agent_id={id}");
            var told = inbox
                .Body.EnumerateArray()
                .FirstOrDefault(one => one.GetProperty("title").GetString()!.Contains("repair"));
            if (told.ValueKind == JsonValueKind.Object)
            {
                return told.GetProperty("text").GetString()!;
            }
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private static ClaudeReply Answer() =>
        new AgentAnswer
        {
            Code = Greeter.Mended,
            Tests = Greeter.MendedTests,
            Timezone = "UTC",
        }.ToReply();
}
