using System.Text.Json;
using System.Text.Json.Nodes;

namespace Project38.Server.Tests.Api;

public sealed class BacktestsApiTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>
{
    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Backtest_ShowsOldAndNewResult_AndSums()
    {
        var id = await Server.ImportAsync(Programs.Counter, new JsonObject { ["record"] = true });
        await Server.PostAsync($"/api/agents/{id}/execute");
        await Server.PostAsync(
            $"/api/agents/{id}/execute",
            new JsonObject { ["config"] = new JsonObject { ["step"] = 7 } }
        );
        await Server.PostAsync($"/api/agents/{id}/execute", new JsonObject { ["dry_run"] = true });
        var code = Programs.Counter.Replace("\"count\": self.step", "\"count\": min(self.step, 5)");
        await Server.PutAsync($"/api/agents/{id}", new JsonObject { ["code"] = code, ["strict_validation"] = false });

        var changed = await Server.PostAsync($"/api/agents/{id}/backtest");
        var same = await Server.PostAsync(
            $"/api/agents/{id}/backtest",
            new JsonObject { ["version"] = 1, ["last"] = 1 }
        );

        changed.Status.ShouldBe(200, changed.Text);
        Sums(changed.Body).ShouldBe((2, 1, 1, 0, 0));
        var run = changed.Body.GetProperty("runs")[0];
        run.GetProperty("status").GetString().ShouldBe("changed");
        run.GetProperty("run_number").GetInt32().ShouldBe(2);
        run.GetProperty("old_result").GetString().ShouldBe("{\"count\":7}");
        run.GetProperty("new_result").GetString().ShouldBe("{\"count\":5}");
        changed.Body.GetProperty("runs")[1].GetProperty("new_result").ValueKind.ShouldBe(JsonValueKind.Null);
        Sums(same.Body).ShouldBe((1, 1, 0, 0, 0));
    }

    [Fact]
    public async Task Backtest_RefusesWhatIsWrong_InWords()
    {
        var id = await Server.ImportAsync(Programs.Counter);
        var path = $"/api/agents/{id}/backtest";

        (await Server.PostAsync(path)).ShouldBeProblem(409, $"p38 config {id} record=true");
        (await Server.PostAsync(path, new JsonObject { ["version"] = 7 })).ShouldBeProblem(404, "no version 7");
        (await Server.PostAsync(path, new JsonObject { ["last"] = 101 })).Status.ShouldBe(422);
        (await Server.PostAsync(path, new JsonObject { ["version"] = 0 })).Status.ShouldBe(422);
        (await Server.PostAsync("/api/agents/4711/backtest")).ShouldBeProblem(404, "no agent 4711");
    }

    private static (int Runs, int Same, int Changed, int Diverged, int Failed) Sums(JsonElement body) =>
        (
            body.GetProperty("runs").GetArrayLength(),
            body.GetProperty("same").GetInt32(),
            body.GetProperty("changed").GetInt32(),
            body.GetProperty("diverged").GetInt32(),
            body.GetProperty("failed").GetInt32()
        );
}
