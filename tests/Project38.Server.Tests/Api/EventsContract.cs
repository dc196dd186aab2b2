using System.Text.Json;
using System.Text.Json.Nodes;

namespace Project38.Server.Tests.Api;

public sealed class EventsOnSqlite(SqliteServerFixture fixture)
    : EventsContract(fixture),
        IClassFixture<SqliteServerFixture>;

public sealed class EventsOnPostgres(PostgresServerFixture fixture)
    : EventsContract(fixture),
        IClassFixture<PostgresServerFixture>;

/// <summary>What happens on the platform, as server-sent events.</summary>
public abstract class EventsContract(ServerFixture fixture)
{
    private const string Canary = "canary-7f3a";

    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Events_TellWhatHappensToAnAgent_AndNothingOfItsConfigOrArguments()
    {
        await using var events = await Followed.OpenAsync(Server.Http, "/api/events");
        var id = await Server.ImportAsync(Programs.Turning($"await tools.notifications.send('{Canary}')"));

        await RunAsync(id, new JsonObject { ["bad"] = Canary });
        await Server.PutAsync($"/api/agents/{id}", new JsonObject { ["status"] = "paused" });
        (await OfAgentAsync(events, id, 1))[0].Data.GetProperty("action").GetString().ShouldBe("agent.create");
        var seen = await OfAgentAsync(events, id, 4);

        seen.Select(one => one.Kind).ShouldBe(["task.started", "message.new", "task.ended", "agent.changed"]);
        seen[0].Data.ShouldHaveFields("kind: string", "agent_id: integer", "task_id: integer", "at: time");
        seen[1]
            .Data.ShouldHaveFields(
                "kind: string",
                "agent_id: integer",
                "task_id: integer",
                "message_id: integer",
                "at: time"
            );
        seen[2].Data.GetProperty("status").GetString().ShouldBe("completed");
        seen[3].Data.GetProperty("action").GetString().ShouldStartWith("agent.");
        seen.ShouldAllBe(one => !one.Data.GetRawText().Contains(Canary, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Events_GoOnAfterTheLastOneSeen_ByHeaderOrQuery()
    {
        await using var events = await Followed.OpenAsync(Server.Http, "/api/events");
        var id = await Server.ImportAsync(Programs.Counter);
        await RunAsync(id);
        var first = (await OfAgentAsync(events, id, 2))[1];
        await events.DisposeAsync();
        await RunAsync(id);

        await using var byHeader = await Followed.OpenAsync(Server.Http, $"/api/events?agent_id={id}", first.Id);
        await using var byQuery = await Followed.OpenAsync(
            Server.Http,
            $"/api/events?agent_id={id}&kind=task.ended&after={first.Id}"
        );

        (await byHeader.TakeAsync(3)).Select(one => one.Kind).ShouldBe(["task.ended", "task.started", "task.ended"]);
        (await byQuery.TakeAsync(2)).Select(one => one.Kind).ShouldBe(["task.ended", "task.ended"]);
    }

    [Fact]
    public async Task Events_BeginWithAReset_WhenTheLastOneSeenIsNotKnown()
    {
        await using var events = await Followed.OpenAsync(Server.Http, "/api/events", "what-ever");

        var (kind, id, data) = (await events.NextAsync())!.Value;

        kind.ShouldBe("reset");
        data.ShouldHaveFields("kind: string");
        await using var again = await Followed.OpenAsync(Server.Http, "/api/events?kind=task.started", id);
        var agent = await Server.ImportAsync(Programs.Counter);
        await RunAsync(agent);
        (await again.NextAsync())!.Value.Kind.ShouldBe("task.started");
    }

    [Fact]
    public async Task Events_AreRefused_WhenTheKindIsNone()
    {
        var answer = await Server.GetAsync("/api/events?kind=task.began&agent_id=x");

        answer.ShouldBeProblem(422, "must be one of task.started, task.ended");
        answer.WrongFields.ShouldBe(["agent_id", "kind"]);
    }

    [Fact]
    public async Task Task_IsFollowedToItsEnd_WithWhatItPrintsAndDoes()
    {
        var id = await Server.ImportAsync(
            Programs.Turning("print('שלום')\nawait tools.notifications.send('" + Canary + "')\nprint('bye')")
        );
        var task = await StartAsync(id, new JsonObject { ["bad"] = true });
        await using var events = await Followed.OpenAsync(Server.Http, $"/api/tasks/{task}/events");

        var seen = await events.AllAsync();
        await using var again = await Followed.OpenAsync(Server.Http, $"/api/tasks/{task}/events", seen[0].Id);
        var rest = await again.AllAsync();
        var over = await Server.SendAsync(
            HttpMethod.Get,
            $"/api/tasks/{task}/events",
            (JsonNode?)null,
            ("Last-Event-ID", seen[^1].Id)
        );

        string.Concat(seen.Where(one => one.Kind == "log").Select(one => one.Data.GetProperty("text").GetString()))
            .ShouldBe("שלום\nbye\n");
        var step = seen.Single(one => one.Kind == "step").Data;
        step.ShouldHaveFields(
            "attempt: integer",
            "number: integer",
            "tool: string",
            "outcome: string",
            "seconds: number"
        );
        step.GetRawText().ShouldNotContain(Canary);
        seen[^1].Kind.ShouldBe("end");
        seen[^1].Data.GetProperty("status").GetString().ShouldBe("completed");
        rest.Select(one => one.Id).ShouldBe(seen.Skip(1).Select(one => one.Id));
        over.Status.ShouldBe(204);
    }

    [Fact]
    public async Task Task_IsNotFollowed_WhenThereIsNone() =>
        (await Server.GetAsync("/api/tasks/999999/events")).ShouldBeProblem(404, "no task 999999");

    private static async Task<List<(string Kind, string Id, JsonElement Data)>> OfAgentAsync(
        Followed events,
        long agent,
        int count
    )
    {
        var found = new List<(string Kind, string Id, JsonElement Data)>();
        while (found.Count < count && await events.NextAsync() is { } one)
        {
            if (one.Data.TryGetProperty("agent_id", out var id) && id.GetInt64() == agent)
            {
                found.Add(one);
            }
        }
        return found;
    }

    private async Task RunAsync(long agent, JsonObject? config = null)
    {
        var answer = await Server.PostAsync($"/api/agents/{agent}/execute", new JsonObject { ["config"] = config });
        answer.Status.ShouldBe(200, answer.Text);
    }

    private async Task<long> StartAsync(long agent, JsonObject config)
    {
        var answer = await Server.SendAsync(
            HttpMethod.Post,
            $"/api/agents/{agent}/execute",
            new JsonObject { ["config"] = config },
            ("Prefer", "respond-async")
        );
        answer.Status.ShouldBe(202, answer.Text);
        answer.Headers.GetValues("Preference-Applied").ShouldBe(["respond-async"]);
        var task = answer.Body.GetProperty("id").GetInt64();
        answer.Headers.Location!.OriginalString.ShouldBe($"/api/tasks/{task}");
        return task;
    }
}
