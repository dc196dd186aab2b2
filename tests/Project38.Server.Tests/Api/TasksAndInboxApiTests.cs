using System.Text.Json;
using System.Text.Json.Nodes;

namespace Project38.Server.Tests.Api;

public sealed class TasksAndInboxApiTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>
{
    private const string Failing = "raise ValueError('no such column')";

    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Retry_RunsTheSameTaskAgain_OnceItIsFinished()
    {
        var id = await Server.ImportAsync(Programs.Turning(Failing));
        var failed = await ExecuteBad(id);
        var task = failed.Body.GetProperty("task_id").GetInt64();

        var retried = await Server.PostAsync($"/api/tasks/{task}/retry");
        var again = await Server.PostAsync($"/api/agents/{id}/execute");
        var logs = await Server.GetAsync($"/api/tasks/{task}/logs");

        failed.Body.GetProperty("status").GetString().ShouldBe("failed");
        failed.Body.GetProperty("error").GetString()!.ShouldStartWith("ValueError: no such column");
        retried.Status.ShouldBe(201, retried.Text);
        retried.Body.GetProperty("id").GetInt64().ShouldBe(task);
        retried.Headers.Location!.OriginalString.ShouldBe($"/api/tasks/{task}");

        // An agent's tasks run one after another, so the second one's end is after the retry's.
        again.Body.GetProperty("status").GetString().ShouldBe("completed");
        logs.Body.GetProperty("runs").GetArrayLength().ShouldBe(2);
        logs.Body.GetProperty("task").GetProperty("retry_count").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Delete_HidesATask_AndLeavesTheAgentItsOthers()
    {
        var id = await Server.ImportAsync(Programs.Counter);
        var first = await Server.PostAsync($"/api/agents/{id}/execute");
        var second = await Server.PostAsync($"/api/agents/{id}/execute");
        var task = first.Body.GetProperty("task_id").GetInt64();

        var hidden = await Server.DeleteAsync($"/api/tasks/{task}");
        var left = await Server.GetAsync($"/api/tasks/agent/{id}");

        hidden.Status.ShouldBe(204);
        (await Server.GetAsync($"/api/tasks/{task}")).ShouldBeProblem(404, $"no task {task}");
        (await Server.DeleteAsync($"/api/tasks/{task}")).Status.ShouldBe(404);
        (await Server.PostAsync($"/api/tasks/{task}/retry")).Status.ShouldBe(404);
        left.Body.GetArrayLength().ShouldBe(1);
        left.Body[0].GetProperty("id").GetInt64().ShouldBe(second.Body.GetProperty("task_id").GetInt64());
    }

    [Fact]
    public async Task Cancel_EndsARunUnderWay()
    {
        var id = await Server.ImportAsync(Programs.Turning("await asyncio.sleep(250)"));
        var running = ExecuteBad(id);
        var task = await RunningTaskAsync(id);

        var cancelled = await Server.PostAsync($"/api/tasks/{task}/cancel");
        var ended = await running;
        var again = await Server.PostAsync($"/api/tasks/{task}/cancel");

        cancelled.Status.ShouldBe(200, cancelled.Text);
        cancelled.Body.GetProperty("status").GetString().ShouldBe("cancelled");
        ended.Body.GetProperty("status").GetString().ShouldBe("cancelled");
        again.ShouldBeProblem(409, "finished already; it is cancelled");
        (await Server.PostAsync("/api/tasks/999999/cancel")).ShouldBeProblem(404, "no task 999999");
    }

    [Fact]
    public async Task List_LeadsToItsOtherParts_ByLink()
    {
        var id = await Server.ImportAsync(Programs.Counter);
        for (var run = 0; run < 3; run++)
        {
            await Server.PostAsync($"/api/agents/{id}/execute");
        }

        var middle = await Server.GetAsync($"/api/tasks?status=completed&agent_id={id}&limit=1&offset=1");
        var links = middle.Headers.GetValues("Link").Single().Split(", ").Order(StringComparer.Ordinal);
        var whole = await Server.GetAsync($"/api/tasks/agent/{id}");

        middle.Headers.GetValues("X-Total-Count").ShouldBe(["3"]);
        links.ShouldBe(
            ((string[])["0>; rel=\"first\"", "0>; rel=\"prev\"", "2>; rel=\"last\"", "2>; rel=\"next\""]).Select(end =>
                $"</api/tasks?status=completed&agent_id={id}&limit=1&offset={end}"
            )
        );
        whole.Headers.GetValues("Link").Single().ShouldNotContain("next");
    }

    [Fact]
    public async Task Execute_NamesTheField_WhenTheAgentIsLeftOut()
    {
        var none = await Server.PostAsync("/api/tasks/execute");
        var text = await Server.PostAsync("/api/tasks/execute", new JsonObject { ["agent_id"] = "one" });

        none.Status.ShouldBe(422);
        none.WrongFields.ShouldBe(["agent_id"]);
        text.Status.ShouldBe(422);
        text.Detail.ShouldContain("whole number");
    }

    [Fact]
    public async Task Inbox_HasWhatAnAgentSaid_UntilItIsRead()
    {
        var id = await Server.ImportAsync(
            Programs.Turning("""await tools.notifications.send("הסכום עבר: \"1000\"", title="Total")""")
        );
        var execution = await ExecuteBad(id);

        var unread = await Server.GetAsync($"/api/inbox?unread=true&agent_id={id}");
        var message = unread.Body[0].GetProperty("id").GetInt64();
        var read = await Server.PostAsync($"/api/inbox/{message}/read");
        var after = await Server.GetAsync($"/api/inbox?unread=true&agent_id={id}");
        var all = await Server.GetAsync($"/api/inbox?agent_id={id}");

        execution.Body.GetProperty("messages").GetArrayLength().ShouldBe(1);
        unread.Body.GetArrayLength().ShouldBe(1);
        unread
            .Body[0]
            .ShouldHaveFields(
                "id: integer",
                "agent_id: integer",
                "task_id: integer",
                "title: string",
                "text: string",
                "source: string",
                "channel: string",
                "delivery: null",
                "created_at: time",
                "read_at: null"
            );
        unread.Body[0].GetProperty("text").GetString().ShouldBe("הסכום עבר: \"1000\"");
        read.Body.GetProperty("read_at").ValueKind.ShouldBe(JsonValueKind.String);
        after.Text.ShouldBe("[]");
        all.Body.GetArrayLength().ShouldBe(1);
        (await Server.PostAsync("/api/inbox/999999/read")).ShouldBeProblem(404, "no message 999999");
    }

    private async Task<long> RunningTaskAsync(long agentId)
    {
        Answer tasks;
        do
        {
            tasks = await Server.GetAsync($"/api/tasks/agent/{agentId}?status=running");
        } while (tasks.Body.GetArrayLength() == 0);
        return tasks.Body[0].GetProperty("id").GetInt64();
    }

    private Task<Answer> ExecuteBad(long id) =>
        Server.PostAsync(
            $"/api/agents/{id}/execute",
            new JsonObject { ["config"] = new JsonObject { ["bad"] = true } }
        );
}
