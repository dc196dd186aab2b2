using System.Text.Json.Nodes;
using Project38.Testing;

namespace Project38.Server.Tests.Api;

/// <summary>Two servers on one PostgreSQL: who follows need not know which of them runs a task.</summary>
public sealed class EventsOfTwoNodesTests(PostgresFixture databases)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Task_IsFollowedLive_FromBothNodes()
    {
        await using var first = await TestServer.StartAsync(databases, Cancelled);
        await using var second = await first.StartBesideAsync(Cancelled);
        var code = Programs.Turning("print('one')\nawait asyncio.sleep(2)\nprint('two')");
        var agent = await first.ImportAsync(code);
        var answer = await first.SendAsync(
            HttpMethod.Post,
            $"/api/agents/{agent}/execute",
            new JsonObject { ["config"] = new JsonObject { ["bad"] = true } },
            ("Prefer", "respond-async")
        );
        var task = answer.Body.GetProperty("id").GetInt64();
        await using var here = await Followed.OpenAsync(first.Http, $"/api/tasks/{task}/events");
        await using var there = await Followed.OpenAsync(second.Http, $"/api/tasks/{task}/events");

        (string Kind, string Id, System.Text.Json.JsonElement Data)[] early =
        [
            (await here.NextAsync())!.Value,
            (await there.NextAsync())!.Value,
        ];
        var status = (await first.GetAsync($"/api/tasks/{task}")).Body.GetProperty("status").GetString();
        var rest = await Task.WhenAll(here.AllAsync(), there.AllAsync());

        status.ShouldBe("running");
        early.ShouldAllBe(one => one.Data.GetProperty("text").GetString() == "one\n");
        rest.ShouldAllBe(events => events.Count == 2);
        rest.ShouldAllBe(events => events[0].Data.GetProperty("text").GetString() == "two\n");
        rest.ShouldAllBe(events => events[1].Data.GetProperty("status").GetString() == "completed");
    }

    [Fact]
    public async Task Events_ComeFromTheOtherNode_AndResumeThere()
    {
        await using var first = await TestServer.StartAsync(databases, Cancelled);
        await using var second = await first.StartBesideAsync(Cancelled);
        await using var events = await Followed.OpenAsync(second.Http, "/api/events?agent_id=1");
        var agent = await first.ImportAsync(Programs.Counter);

        await first.PostAsync($"/api/agents/{agent}/execute");
        var seen = await events.TakeAsync(3);
        await using var resumed = await Followed.OpenAsync(first.Http, $"/api/events?agent_id={agent}", seen[1].Id);

        seen.Select(one => one.Kind).ShouldBe(["agent.changed", "task.started", "task.ended"]);
        (await resumed.NextAsync())!.Value.Id.ShouldBe(seen[2].Id);
    }

    [Fact]
    public async Task Streams_EndWithTheServer_WhenItDrains()
    {
        var server = await TestServer.StartAsync(databases, Cancelled);
        await using var events = await Followed.OpenAsync(server.Http, "/api/events");
        var reading = events.AllAsync();

        await server.DisposeAsync();

        // Cut off, as opposed to told to its end: the client comes back.
        (await Should.ThrowAsync<IOException>(reading)).ShouldNotBeNull();
    }
}
