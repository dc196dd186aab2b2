using System.Text.Json.Nodes;

namespace Project38.Server.Tests.Api;

public sealed class ApprovalsApiTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>
{
    private TestServer Server => fixture.Server;

    [Theory]
    [InlineData("approve", "approved", true)]
    [InlineData("reject", "rejected", false)]
    public async Task Decide_GoesOnWithTheAnswer_AndStands(string verb, string status, bool approved)
    {
        var id = await Server.ImportAsync(Programs.Asking);
        var asked = await Server.PostAsync($"/api/agents/{id}/execute");
        var task = asked.Body.GetProperty("task_id").GetInt64();
        var open = await Server.GetAsync($"/api/approvals?status=open&agent_id={id}");
        var approval = open.Body[0].GetProperty("id").GetInt64();

        var decided = await Server.PostAsync(
            $"/api/approvals/{approval}/{verb}",
            new JsonObject { ["note"] = " so be it " }
        );
        var again = await Server.PostAsync($"/api/approvals/{approval}/{verb}");
        var other = await Server.PostAsync($"/api/approvals/{approval}/{(approved ? "reject" : "approve")}");
        await Server.PostAsync($"/api/agents/{id}/execute", new JsonObject { ["dry_run"] = true });
        var ended = await Server.GetAsync($"/api/tasks/{task}");

        asked.Body.GetProperty("status").GetString().ShouldBe("waiting", asked.Text);
        asked.Body.GetProperty("run").GetProperty("outcome").GetString().ShouldBe("asked");
        open.Body[0].GetProperty("details").GetString().ShouldBe("It fell by 6%.");
        decided.Status.ShouldBe(200, decided.Text);
        decided.Body.GetProperty("status").GetString().ShouldBe(status);
        decided.Body.GetProperty("note").GetString().ShouldBe("so be it");
        again.Body.GetProperty("note").GetString().ShouldBe("so be it");
        other.ShouldBeProblem(409, "already");
        ended.Body.GetProperty("status").GetString().ShouldBe("completed", ended.Text);
        ended.Body.GetProperty("retry_count").GetInt32().ShouldBe(0);
        ended.Body.GetProperty("result").GetString().ShouldBe($"[{(approved ? "true" : "false")},\"so be it\"]");
        (await Server.GetAsync($"/api/approvals/{approval}")).Body.GetProperty("status").GetString().ShouldBe(status);
    }

    [Fact]
    public async Task Replay_GivesTheSameAgain_WhenTheRunWasRecorded()
    {
        var id = await Server.ImportAsync(Programs.Counter, new JsonObject { ["record"] = true });
        var ran = await Server.PostAsync($"/api/agents/{id}/execute");
        var other = await Server.ImportAsync(Programs.Counter);
        var unkept = await Server.PostAsync($"/api/agents/{other}/execute");

        var replay = await Server.PostAsync($"/api/runs/{ran.Body.GetProperty("run").GetProperty("id")}/replay");
        var refused = await Server.PostAsync($"/api/runs/{unkept.Body.GetProperty("run").GetProperty("id")}/replay");

        replay.Status.ShouldBe(200, replay.Text);
        replay.Body.GetProperty("same").GetBoolean().ShouldBeTrue(replay.Text);
        replay.Body.GetProperty("log").GetString().ShouldBe("counting\n");
        refused.ShouldBeProblem(409, "was not recorded");
        (await Server.PostAsync("/api/runs/4711/replay")).ShouldBeProblem(404, "no run 4711");
    }

    [Fact]
    public async Task Approvals_RefuseWhatIsWrong_InWords()
    {
        (await Server.GetAsync("/api/approvals?status=done")).Status.ShouldBe(422);
        (await Server.GetAsync("/api/approvals/4711")).ShouldBeProblem(404, "no approval 4711");
        (await Server.PostAsync("/api/approvals/4711/approve")).ShouldBeProblem(404, "no approval 4711");
        var noted = new JsonObject { ["note"] = new string('x', 1001) };
        (await Server.PostAsync("/api/approvals/4711/approve", noted)).Status.ShouldBe(422);
    }
}
