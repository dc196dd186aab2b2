using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Testing;

namespace Project38.Server.Tests.Api;

/// <summary>Changes in words over real HTTP, written by a model over real HTTP, on both databases.</summary>
public abstract class EditContract(ModelServerFixture fixture)
{
    private const string Wish = "also count how often you did";

    private static readonly string Counting = Greeter
        .Code.Replace("from p38 import tools", "from p38 import handoff, tools")
        .Replace(
            "        return {",
            "        handoff.state[\"count\"] = handoff.state.get(\"count\", 0) + 1\n        return {"
        )
        .Replace("\"greeted\": self.whom", "\"greeted\": self.whom, \"count\": handoff.state[\"count\"]");

    private static readonly string CountingTests =
        Greeter.Tests
        + """"


            async def test_counts():
                """It counts."""
                world = World()

                await world.run(Agent, {"whom": "moon"})
                await world.run(Agent, {"whom": "moon"})

                assert world.state["count"] == 2

            """";

    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Edit_ProposesAProvedVersion_AndChangesNothingUntilItIsActivated()
    {
        var id = await GivenGreeterAsync();
        await Server.PostAsync($"/api/agents/{id}/execute");
        fixture.Claude.Reply(Answer(Counting, CountingTests, schedule: "0 9 * * *"));

        var edit = await EditAsync(id);
        var before = await Server.GetAsync($"/api/agents/{id}");
        var activated = await Server.PostAsync($"/api/agents/{id}/activate", new JsonObject { ["version"] = 2 });
        var first = await Server.PostAsync($"/api/agents/{id}/execute");
        var second = await Server.PostAsync($"/api/agents/{id}/execute");

        edit.Status.ShouldBe(201, edit.Text);
        edit.Headers.Location!.OriginalString.ShouldBe($"/api/agents/{id}/versions/2");
        edit.Body.ShouldHaveFields(
            "agent: object",
            "version: object",
            "diff: object",
            "understood: string",
            "findings: array",
            "tests_passed: integer",
            "old_tests_held: array",
            "old_tests_failed: array",
            "generation_cost: number",
            "iterations: integer",
            "tokens_used: integer"
        );
        var diff = edit.Body.GetProperty("diff");
        diff.GetProperty("code").GetString()!.ShouldContain("+        handoff.state[\"count\"]");
        diff.GetProperty("tests").GetString()!.ShouldContain("+async def test_counts():");
        diff.GetProperty("schedule").GetString()!.ShouldEndWith("-0 8 * * * (UTC)\n+0 9 * * * (UTC)\n");
        diff.GetProperty("description").GetString()!.ShouldContain(Wish);
        diff.GetProperty("grants_added").GetArrayLength().ShouldBe(0);
        edit.Body.GetProperty("old_tests_held").GetArrayLength().ShouldBe(1);
        edit.Body.GetProperty("tests_passed").GetInt32().ShouldBe(2);
        edit.Body.GetProperty("version").GetProperty("current").GetBoolean().ShouldBeFalse();
        edit.Body.GetProperty("version").GetProperty("wish").GetString().ShouldBe(Wish);
        before.Body.GetProperty("version").GetInt32().ShouldBe(1);
        before.Body.GetProperty("schedule").GetString().ShouldBe("0 8 * * *");
        activated.Status.ShouldBe(200, activated.Text);
        activated.Body.GetProperty("version").GetInt32().ShouldBe(2);
        activated.Body.GetProperty("schedule").GetString().ShouldBe("0 9 * * *");
        activated.Body.GetProperty("description").GetString().ShouldBe($"{Description}. {Wish}");

        // What the config had by hand, and no answer named, is there still.
        Config(activated).GetProperty("timeout").GetInt32().ShouldBe(77);
        first.Body.GetProperty("result").GetProperty("count").GetInt32().ShouldBe(1);
        second.Body.GetProperty("result").GetProperty("count").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Edit_GivesTheModelTheAgentAsItIs_AndBackATestThatItLost()
    {
        var id = await GivenGreeterAsync();
        var lost = CountingTests.Replace("test_greets", "test_says_hello");
        fixture.Claude.Reply(Answer(Counting, lost), Answer(Counting, CountingTests));
        var asked = fixture.Claude.Requests.Count;

        var edit = await EditAsync(id, activate: true);

        edit.Status.ShouldBe(201, edit.Text);
        edit.Body.GetProperty("iterations").GetInt32().ShouldBe(2);
        edit.Body.GetProperty("agent").GetProperty("version").GetInt32().ShouldBe(2);
        var turns = fixture.Claude.Requests.Skip(asked).Select(LastTurn).ToArray();
        turns[0].ShouldContain(Description);
        turns[0].ShouldContain(Wish);
        turns[0].ShouldContain("Good evening, {self.whom}.");
        turns[0].ShouldContain("async def test_greets():");
        turns[0].ShouldContain("`schedule`: \"0 8 * * *\"");
        turns[0].ShouldContain("\"whom\":\"moon\"");
        turns[0].ShouldContain("tells you in the inbox");
        turns[1].ShouldContain("lost-test");
        turns[1].ShouldContain("test_greets");
        var history = await Server.GetAsync($"/api/agents/{id}/history");
        history.Body[0].GetProperty("kind").GetString().ShouldBe("edit");
        history.Body[0].GetProperty("version").GetInt32().ShouldBe(2);
        history.Body[0].GetProperty("attempts").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Edit_NamesOldTestsThatHoldNoMore_AndSaysNewGrants()
    {
        var id = await GivenGreeterAsync();
        var reading = Greeter
            .Code.Replace("Good evening", "Good night")
            .Replace(
                "        return {",
                "        await tools.filesystem.write_text(\"last.txt\", self.whom)\n        return {"
            );
        fixture.Claude.Reply(Answer(reading, Greeter.Tests.Replace("Good evening", "Good night")));

        var edit = await EditAsync(id, "say good night, and note it in last.txt");

        edit.Status.ShouldBe(201, edit.Text);
        edit.Body.GetProperty("old_tests_held").GetArrayLength().ShouldBe(0);
        edit.Body.GetProperty("old_tests_failed").ToString().ShouldContain("test_greets");
        var diff = edit.Body.GetProperty("diff");
        diff.GetProperty("tests").GetString()!.ShouldContain("Good night, moon.");
        diff.GetProperty("grants_added").ToString().ShouldContain("writes and deletes files in its own workspace");
        diff.GetProperty("manifest").GetString()!.ShouldContain("+tool filesystem.write_text");
    }

    [Fact]
    public async Task Edit_ChangesNothing_AndKeepsItsAttempts_WhenNoProgramPasses()
    {
        var id = await GivenGreeterAsync();
        var broken = Answer("def broken(:\n", CountingTests);
        fixture.Claude.Reply(broken, broken);

        var refused = await EditAsync(id, activate: true);
        var after = await Server.GetAsync($"/api/agents/{id}");
        var history = await Server.GetAsync($"/api/agents/{id}/history");

        refused.ShouldBeProblem(422, "Nothing was changed");
        refused.Rules.ShouldContain("syntax");
        after.Body.GetProperty("version").GetInt32().ShouldBe(1);
        after.Body.GetProperty("description").GetString().ShouldBe(Description);
        (await Server.GetAsync($"/api/agents/{id}/versions")).Body.GetArrayLength().ShouldBe(1);
        history.Body[0].GetProperty("version").ValueKind.ShouldBe(JsonValueKind.Null);
        history.Body[0].GetProperty("attempts").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Edit_IsKeptBesideTheOther_WhenTwoComeAtOnce()
    {
        var id = await GivenGreeterAsync();
        fixture.Claude.Reply(Answer(Counting, CountingTests), Answer($"{Counting}\n\n# Another.\n", CountingTests));

        var answers = await Task.WhenAll(EditAsync(id, activate: true), EditAsync(id, activate: true));
        var versions = await Server.GetAsync($"/api/agents/{id}/versions");

        answers.Select(answer => answer.Status).Order().ShouldBe([201, 409]);
        answers.Single(answer => answer.Status == 409).ShouldBeProblem(409, "kept as version 3");
        versions
            .Body.EnumerateArray()
            .Select(one => (one.GetProperty("number").GetInt32(), one.GetProperty("current").GetBoolean()))
            .ShouldBe([(3, false), (2, true), (1, false)]);
        versions.Body[0].GetProperty("proved").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Edit_IsKept_WhenAnotherProgramIsPutWhileTheModelWrites()
    {
        var id = await GivenGreeterAsync();
        fixture.Claude.Reply(Answer(Counting, CountingTests) with { Waits = true });
        var editing = EditAsync(id, activate: true);
        await fixture.Claude.Waiting;
        var put = await Server.PutAsync(
            $"/api/agents/{id}",
            new JsonObject { ["code"] = $"# 2\n{Programs.Counter}", ["strict_validation"] = false }
        );
        fixture.Claude.GoOn();

        var edit = await editing;
        var refused = await Server.PostAsync($"/api/agents/{id}/activate", new JsonObject { ["version"] = 3 });
        var current = await Server.GetAsync($"/api/agents/{id}");

        put.Status.ShouldBe(200, put.Text);
        edit.ShouldBeProblem(409, "Version 2 became current");
        edit.Body.GetProperty("version").GetInt32().ShouldBe(3);
        refused.ShouldBeProblem(409, "version 2 is current");
        current.Body.GetProperty("version").GetInt32().ShouldBe(2);
        (await Server.GetAsync($"/api/agents/{id}/diff?from=2&to=3"))
            .Body.GetProperty("code")
            .GetString()!
            .ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Edit_IsFollowedLive_AndLeavesNothing_WhenItIsCancelled()
    {
        var id = await GivenGreeterAsync();
        fixture.Claude.Reply(Answer(Counting, CountingTests));
        var followed = await StartAsync(id);
        await using var stream = await Server.Http.GetStreamAsync($"{followed.Headers.Location}/events", Cancelled);
        var events = await System
            .Net.ServerSentEvents.SseParser.Create(stream)
            .EnumerateAsync(Cancelled)
            .Select(item => (item.EventType, Data: JsonElement.Parse(item.Data)))
            .ToListAsync(Cancelled);
        fixture.Claude.Reply(Answer(Counting, CountingTests) with { Hangs = true });
        var hanging = await StartAsync(id);
        await fixture.Claude.Hanging;

        var cancelled = await Server.DeleteAsync(hanging.Headers.Location!.OriginalString);

        events
            .Where(one => one.EventType == "progress")
            .Select(one => one.Data.GetProperty("step").GetString())
            .ShouldBe(["understood", "wrote", "checked", "tried", "challenged", "kept"]);
        events[^1].EventType.ShouldBe("done");
        events[^1].Data.GetProperty("version").GetProperty("number").GetInt32().ShouldBe(2);
        cancelled.Body.GetProperty("status").GetString().ShouldBe("cancelled");
        cancelled
            .Body.GetProperty("problem")
            .GetProperty("detail")
            .GetString()
            .ShouldStartWith("The edit was cancelled, and nothing was changed; the models cost ");
        (await Server.GetAsync($"/api/agents/{id}/versions")).Body.GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Edit_SaysWhatIsWrong_BeforeAnythingIsAsked()
    {
        var id = await GivenGreeterAsync();
        var asked = fixture.Claude.Requests.Count;

        (await EditAsync(999999)).ShouldBeProblem(404, "no agent 999999");
        (await EditAsync(id, "")).WrongFields.ShouldBe(["wish"]);
        (await Server.PostAsync($"/api/agents/{id}/edit", new JsonObject())).WrongFields.ShouldBe(["wish"]);
        (await EditAsync(id, new string('x', 1990))).ShouldBeProblem(422, "characters together");
        fixture.Claude.Requests.Count.ShouldBe(asked);
    }

    [Fact]
    public async Task Edit_AsksBack_InWordsOfAnEdit_AndSaysWhatTheQuestionCost()
    {
        var id = await GivenGreeterAsync();
        fixture.Claude.Reply(new AgentAnswer { Questions = ["How often?"] }.ToReply());

        var asked = await EditAsync(id);

        asked.ShouldBeProblem(422, "- How often?");
        asked.Body.GetProperty("type").GetString().ShouldBe("urn:p38:questions");
        asked.Detail.ShouldContain("Nothing was changed, and the attempts are kept in the history.");
        asked.Detail.ShouldNotContain("description");
        asked.Detail.ShouldNotContain("Nothing was kept");
        ShouldSayItsCost(asked);
    }

    [Fact]
    public async Task Edit_IsRefused_WhenWhatComesOfItIsTheAgentAsItIs()
    {
        var id = await GivenGreeterAsync();
        fixture.Claude.Reply(Answer(Greeter.Code, Greeter.Tests));

        var refused = await EditAsync(id);

        refused.ShouldBeProblem(409, "the agent as it is");
        ShouldSayItsCost(refused);
        (await Server.GetAsync($"/api/agents/{id}/versions")).Body.GetArrayLength().ShouldBe(1);
    }

    private const string Description = "Greet the moon every day at eight in the morning";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private async Task<long> GivenGreeterAsync()
    {
        var answer = await Server.PostAsync(
            "/api/agents/import",
            new JsonObject
            {
                ["code"] = Greeter.Code,
                ["tests"] = Greeter.Tests,
                ["description"] = Description,
                ["config"] = """{"whom": "moon", "schedule": "0 8 * * *", "timezone": "UTC", "timeout": 77}""",
            }
        );
        answer.Status.ShouldBe(201, answer.Text);
        return answer.Body.GetProperty("id").GetInt64();
    }

    private Task<Answer> EditAsync(long id, string wish = Wish, bool activate = false) =>
        Server.PostAsync($"/api/agents/{id}/edit", new JsonObject { ["wish"] = wish, ["activate"] = activate });

    private Task<Answer> StartAsync(long id) =>
        Server.SendAsync(
            HttpMethod.Post,
            $"/api/agents/{id}/edit",
            new JsonObject { ["wish"] = Wish },
            ("Prefer", "respond-async")
        );

    // 1,000 tokens in at 2 USD, 500 out at 10 USD per million.
    private static void ShouldSayItsCost(Answer refused)
    {
        refused.Body.GetProperty("generation_cost").GetDecimal().ShouldBe(0.007m);
        refused.Body.GetProperty("iterations").GetInt32().ShouldBe(1);
        refused.Body.GetProperty("tokens_used").GetInt64().ShouldBe(1500);
        refused.Detail.ShouldEndWith("The models cost 0.007 USD (1,500 tokens).");
    }

    private static JsonElement Config(Answer agent) => JsonElement.Parse(agent.Body.GetProperty("config").GetString()!);

    private static string LastTurn(ModelRequest request) =>
        request.Body["messages"]!.AsArray()[^1]!["content"]![0]!["text"]!.GetValue<string>();

    private static ClaudeReply Answer(string code, string tests, string schedule = "0 8 * * *") =>
        new AgentAnswer
        {
            Code = code,
            Tests = tests,
            Schedule = schedule,
            Timezone = "UTC",
            Config = """{"whom": "moon"}""",
            Tools = code.Contains("write_text", StringComparison.Ordinal)
                ? ["filesystem.write_text", "notifications.send"]
                : ["notifications.send"],
        }.ToReply();
}

public sealed class EditOnSqlite(SqliteModelServerFixture server)
    : EditContract(server),
        IClassFixture<SqliteModelServerFixture>;

public sealed class EditOnPostgres(PostgresModelServerFixture server)
    : EditContract(server),
        IClassFixture<PostgresModelServerFixture>;

/// <summary>Changes in words where no model is configured.</summary>
public sealed class EditWithoutModelTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>
{
    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Edit_IsServedByABlueprint_AndKeepsWhatWasSetByHand_WhenBriefAndWishAreOneSentence()
    {
        var made = await Server.PostAsync(
            "/api/agents",
            new JsonObject { ["description"] = "Every 5 minutes check http://example.com and tell me when it is down" }
        );
        var id = made.Body.GetProperty("id").GetInt64();
        var config = JsonNode.Parse(made.Body.GetProperty("config").GetString()!)!.AsObject();
        config["timeout"] = 33;
        await Server.PutAsync($"/api/agents/{id}", new JsonObject { ["config"] = config });

        var edit = await Server.PostAsync(
            $"/api/agents/{id}/edit",
            new JsonObject { ["wish"] = "only after 3 failures in a row", ["activate"] = true }
        );
        var after = await Server.GetAsync($"/api/agents/{id}");

        edit.Status.ShouldBe(201, edit.Text);
        edit.Body.GetProperty("version").GetProperty("origin").GetString().ShouldBe("blueprint:uptime");
        edit.Body.GetProperty("diff").GetProperty("config").GetString()!.ShouldNotBeEmpty();
        after.Body.GetProperty("version").GetInt32().ShouldBe(2);
        JsonElement.Parse(after.Body.GetProperty("config").GetString()!).GetProperty("timeout").GetInt32().ShouldBe(33);
        (await Server.GetAsync($"/api/agents/{id}/history")).Body[0].GetProperty("kind").GetString().ShouldBe("edit");
    }

    [Fact]
    public async Task Edit_IsRefused_QuotingTheWordsAndSayingHowToConfigureAModel_WhenNoBlueprintServes()
    {
        var made = await Server.PostAsync(
            "/api/agents",
            new JsonObject { ["description"] = "Every 5 minutes check http://example.com and tell me when it is down" }
        );
        var id = made.Body.GetProperty("id").GetInt64();

        var refused = await Server.PostAsync(
            $"/api/agents/{id}/edit",
            new JsonObject { ["wish"] = "and restart the server at http://example.com" }
        );

        refused.ShouldBeProblem(422, "Nothing was changed");
        refused.Detail.ShouldContain("tell me when it is down. and restart the server at http://example.com");
        refused.Detail.ShouldContain("ANTHROPIC_API_KEY");
        refused.Body.GetProperty("leftovers").ToString().ShouldContain("restart");
        refused.Body.TryGetProperty("generation_cost", out _).ShouldBeFalse();
        refused.Body.TryGetProperty("tokens_used", out _).ShouldBeFalse();
        (await Server.GetAsync($"/api/agents/{id}/versions")).Body.GetArrayLength().ShouldBe(1);
    }
}
