using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Project38.Server.Tests.Api;

public sealed class GenerationsApiTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>
{
    private TestServer Server => fixture.Server;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_ShowsEachStepAndTheAgent_WhenFollowedLive()
    {
        var accepted = await StartAsync(
            "/api/agents",
            new JsonObject { ["description"] = "Remind me every Sunday at 9 to water the plants" }
        );
        var events = await FollowAsync(accepted);
        var after = await Server.GetAsync(accepted.Headers.Location!.OriginalString);

        accepted.Status.ShouldBe(202, accepted.Text);
        accepted.Headers.GetValues("Preference-Applied").ShouldBe(["respond-async"]);
        accepted.Body.ShouldHaveFields(
            "id: string",
            "status: string",
            "progress: array",
            "agent: object|null",
            "problem: object|null"
        );
        Steps(events).ShouldBe(["understood", "wrote", "checked", "tried"]);
        events[0].Data.ShouldHaveFields("step: string", "text: string", "seconds: number");
        events[^1].Kind.ShouldBe("done");
        events[^1].Data.GetProperty("status").GetString().ShouldBe("active");
        after.Body.GetProperty("status").GetString().ShouldBe("done");
        after.Body.GetProperty("agent").GetProperty("id").ToString().ShouldBe($"{events[^1].Data.GetProperty("id")}");
    }

    [Fact]
    public async Task Import_ShowsEachStepAndTheFindings_WhenItFails()
    {
        var accepted = await StartAsync("/api/agents/import", Programs.Import("def broken(:\n"));

        var events = await FollowAsync(accepted);

        Steps(events).ShouldBe(["wrote", "checked"]);
        events[^1].Kind.ShouldBe("failed");
        events[^1].Data.GetProperty("status").GetInt32().ShouldBe(422);
        events[^1].Data.GetProperty("agent_id").GetInt64().ShouldBePositive();
        events[^1].Data.GetProperty("findings").GetArrayLength().ShouldBePositive();
    }

    [Fact]
    public async Task Follow_TellsAllOfItAgain_WhenItIsOver()
    {
        var accepted = await StartAsync("/api/agents/import", Programs.Import(Programs.Counter));
        var first = await FollowAsync(accepted);

        var second = await FollowAsync(accepted);

        second.Select(one => one.Kind).ShouldBe(first.Select(one => one.Kind));
    }

    [Fact]
    public async Task Cancel_LeavesNoAgent_WhenNothingIsStoredYet()
    {
        const string Slow = "import time\n\n\ndef test_all():\n    time.sleep(50)\n";
        var request = Programs.Import(Programs.Counter, tests: Slow);
        request["name"] = "Nobody wants it";
        var accepted = await StartAsync("/api/agents/import", request);

        var cancelled = await Server.DeleteAsync(accepted.Headers.Location!.OriginalString);
        var events = await FollowAsync(accepted);
        var agents = await Server.GetAsync("/api/agents?limit=1000");

        cancelled.Status.ShouldBe(200, cancelled.Text);
        cancelled.Body.GetProperty("status").GetString().ShouldBe("cancelled");
        cancelled.Body.GetProperty("agent").ValueKind.ShouldBe(JsonValueKind.Null);
        events[^1].Kind.ShouldBe("failed");
        events[^1].Data.GetProperty("detail").GetString()!.ShouldContain("no agent was made");
        agents.Text.ShouldNotContain("Nobody wants it");
    }

    [Fact]
    public async Task Cancel_NamesTheAgent_WhenItIsStored()
    {
        var accepted = await StartAsync("/api/agents/import", Programs.Import(Programs.Counter));
        var events = await FollowAsync(accepted);

        var cancelled = await Server.DeleteAsync(accepted.Headers.Location!.OriginalString);

        cancelled.Body.GetProperty("status").GetString().ShouldBe("done");
        cancelled
            .Body.GetProperty("agent")
            .GetProperty("id")
            .ToString()
            .ShouldBe($"{events[^1].Data.GetProperty("id")}");
    }

    [Fact]
    public async Task Create_IsRefusedAtOnce_WhenAFieldIsWrong()
    {
        var answer = await StartAsync("/api/agents", new JsonObject { ["description"] = "short" });

        answer.ShouldBeProblem(422, "description has 5 characters");
    }

    [Fact]
    public async Task Generation_IsUnknown_WhenNobodyStartedIt()
    {
        (await Server.GetAsync("/api/generations/none")).ShouldBeProblem(404, "no such generation");
        (await Server.GetAsync("/api/generations/none/events")).ShouldBeProblem(404, "no such generation");
        (await Server.DeleteAsync("/api/generations/none")).ShouldBeProblem(404, "no such generation");
    }

    private Task<Answer> StartAsync(string path, JsonObject body) =>
        Server.SendAsync(HttpMethod.Post, path, body, ("Prefer", "respond-async"));

    private async Task<IReadOnlyList<(string Kind, JsonElement Data)>> FollowAsync(Answer accepted)
    {
        await using var stream = await Server.Http.GetStreamAsync($"{accepted.Headers.Location}/events", Cancelled);
        return await SseParser
            .Create(stream)
            .EnumerateAsync(Cancelled)
            .Select(item => (item.EventType, JsonElement.Parse(item.Data)))
            .ToListAsync(Cancelled);
    }

    private static IEnumerable<string> Steps(IEnumerable<(string Kind, JsonElement Data)> events) =>
        events.Where(one => one.Kind == "progress").Select(one => one.Data.GetProperty("step").GetString()!);
}
