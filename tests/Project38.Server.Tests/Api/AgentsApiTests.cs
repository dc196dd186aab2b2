using System.Text.Json;
using System.Text.Json.Nodes;

namespace Project38.Server.Tests.Api;

public sealed class AgentsApiTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>
{
    private const string Expenses = "Every day at 8 add up expenses.csv and tell me when the total passes 1000";

    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Create_TriesWhatWillRun_WhenAConfigIsLaidOverTheSentence()
    {
        var answer = await Server.PostAsync(
            "/api/agents",
            new JsonObject
            {
                ["description"] = "Tell me when http://example.com/x is down",
                ["config"] = """{"url": "http://example.org:8080/y", "timeout": 60}""",
                ["status"] = "paused",
            }
        );

        answer.Status.ShouldBe(201, answer.Text);
        var config = JsonElement.Parse(answer.Body.GetProperty("config").GetString()!);
        config.GetProperty("url").GetString().ShouldBe("http://example.org:8080/y");
        config.GetProperty("timeout").GetInt32().ShouldBe(60);
        config.GetProperty("schedule").GetString().ShouldNotBeNull();

        // The grant follows the config that was tried, not the one of the sentence alone.
        answer.Body.GetProperty("grant").GetProperty("hosts").ToString().ShouldBe("""["example.org:8080"]""");
        answer.Body.GetProperty("status").GetString().ShouldBe("paused");
        answer.Body.GetProperty("next_fire").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Create_ReadsTimesInTheUsersZone_WhenOneIsGiven()
    {
        var answer = await Server.PostAsync(
            "/api/agents",
            new JsonObject { ["description"] = Expenses, ["timezone"] = "Asia/Jerusalem" }
        );

        answer.Body.GetProperty("schedule").GetString().ShouldBe("0 8 * * *");
        answer.Body.GetProperty("timezone").GetString().ShouldBe("Asia/Jerusalem");
        answer.Body.GetProperty("next_fire").GetDateTimeOffset().UtcDateTime.Hour.ShouldBeOneOf(5, 6);
    }

    [Fact]
    public async Task Create_GrantsAFolderByItsName_WhenItMayBeGranted()
    {
        var folder = Directory.CreateTempSubdirectory("p38-granted-");
        try
        {
            var answer = await Server.PostAsync(
                "/api/agents",
                new JsonObject { ["description"] = Expenses, ["folders"] = new JsonArray(folder.FullName) }
            );

            var granted = answer.Body.GetProperty("grant").GetProperty("folders")[0];
            granted.ShouldHaveFields("name: string", "path: string");
            granted.GetProperty("name").GetString().ShouldBe(folder.Name);
            granted.GetProperty("path").GetString().ShouldBe(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task List_GivesAPageAndTheTotal_WhenFiltered()
    {
        for (var count = 0; count < 3; count++)
        {
            var import = Programs.Import(Programs.Counter);
            import["created_by"] = "pager";
            import["status"] = count == 2 ? "paused" : "active";
            await Server.PostAsync("/api/agents/import", import);
        }

        var page = await Server.GetAsync("/api/agents?created_by=pager&limit=1&offset=1");
        var paused = await Server.GetAsync("/api/agents?created_by=pager&status=paused");
        var nobody = await Server.GetAsync("/api/agents?created_by=nobody");

        page.Body.GetArrayLength().ShouldBe(1);
        page.Headers.GetValues("X-Total-Count").ShouldBe(["3"]);
        paused.Body.GetArrayLength().ShouldBe(1);
        paused.Headers.GetValues("X-Total-Count").ShouldBe(["1"]);
        nobody.Text.ShouldBe("[]");
    }

    [Fact]
    public async Task List_NamesEveryParameterThatIsWrong()
    {
        var answer = await Server.GetAsync("/api/agents?status=sleeping&limit=1001&offset=-1");

        answer.Status.ShouldBe(422);
        answer.WrongFields.ShouldBe(["limit", "offset", "status"]);
        answer.Detail.ShouldContain("active, paused, stopped, error, draft");
    }

    [Fact]
    public async Task Update_ChangesWhatIsGivenAlone_WhenAllOfItIsRight()
    {
        var id = await Server.ImportAsync(Programs.Counter, new JsonObject { ["step"] = 2 });

        var renamed = await Server.PutAsync($"/api/agents/{id}", new JsonObject { ["name"] = "שם חדש" });
        var scheduled = await Server.PutAsync(
            $"/api/agents/{id}",
            new JsonObject { ["config"] = new JsonObject { ["schedule"] = "@daily" } }
        );
        var paused = await Server.PutAsync($"/api/agents/{id}", new JsonObject { ["status"] = "paused" });

        renamed.Body.GetProperty("name").GetString().ShouldBe("שם חדש");
        renamed.Text.ShouldContain("שם חדש");
        JsonElement.Parse(renamed.Body.GetProperty("config").GetString()!).GetProperty("step").GetInt32().ShouldBe(2);
        scheduled.Body.GetProperty("next_fire").ValueKind.ShouldBe(JsonValueKind.String);
        paused.Body.GetProperty("status").GetString().ShouldBe("paused");
        paused.Body.GetProperty("next_fire").ValueKind.ShouldBe(JsonValueKind.Null);
        paused.Body.GetProperty("version").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Update_MakesANewVersion_WhenTheProgramIsProved()
    {
        var id = await Server.ImportAsync(Programs.Counter);
        var code = Programs.Counter.Replace("\"count\": self.step", "\"count\": self.step + 100");

        var updated = await Server.PutAsync(
            $"/api/agents/{id}",
            new JsonObject
            {
                ["code"] = code,
                ["config"] = """{"step": 5}""",
                ["strict_validation"] = false,
            }
        );
        var run = await Server.PostAsync($"/api/agents/{id}/execute");

        updated.Status.ShouldBe(200, updated.Text);
        updated.Body.GetProperty("version").GetInt32().ShouldBe(2);
        updated.Body.GetProperty("origin").GetString().ShouldBe("edit");
        run.Body.GetProperty("result").GetProperty("count").GetInt32().ShouldBe(105);
    }

    [Fact]
    public async Task Update_ChangesNothing_WhenTheProgramIsNotProved()
    {
        var id = await Server.ImportAsync(Programs.Counter);

        var refused = await Server.PutAsync(
            $"/api/agents/{id}",
            new JsonObject { ["code"] = "def broken(:\n", ["name"] = "New name" }
        );
        var after = await Server.GetAsync($"/api/agents/{id}");

        refused.ShouldBeProblem(422, "Nothing was changed.");
        refused.Rules.ShouldContain("syntax");
        refused.Body.TryGetProperty("agent_id", out _).ShouldBeFalse();
        after.Body.GetProperty("version").GetInt32().ShouldBe(1);
        after.Body.GetProperty("name").GetString().ShouldNotBe("New name");
    }

    [Fact]
    public async Task Update_ChangesNothing_WhenAGoodProgramComesWithABadConfig()
    {
        var id = await Server.ImportAsync(Programs.Counter);

        var refused = await Server.PutAsync(
            $"/api/agents/{id}",
            new JsonObject
            {
                ["code"] = Programs.Counter + "\n",
                ["config"] = new JsonObject { ["timeout"] = "soon" },
                ["strict_validation"] = false,
            }
        );
        var after = await Server.GetAsync($"/api/agents/{id}");

        refused.Status.ShouldBe(422, refused.Text);
        after.Body.GetProperty("version").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Delete_MakesTheAgentUnknown_ToEveryRoute()
    {
        var id = await Server.ImportAsync(Programs.Counter);

        var deleted = await Server.DeleteAsync($"/api/agents/{id}");

        deleted.Status.ShouldBe(204);
        (await Server.GetAsync($"/api/agents/{id}")).ShouldBeProblem(404, $"no agent {id}");
        (await Server.DeleteAsync($"/api/agents/{id}")).ShouldBeProblem(404, $"no agent {id}");
        (await Server.PostAsync($"/api/agents/{id}/execute")).ShouldBeProblem(404, $"no agent {id}");
        (await Server.GetAsync($"/api/agents/{id}/files")).ShouldBeProblem(404, $"no agent {id}");
        (await Server.PutAsync($"/api/agents/{id}", new JsonObject())).ShouldBeProblem(404, $"no agent {id}");
    }

    [Fact]
    public async Task Execute_LaysItsConfigOverTheAgents_ForOneRun()
    {
        var id = await Server.ImportAsync(Programs.Counter, new JsonObject { ["step"] = 2 });

        var asObject = await Execute(id, new JsonObject { ["step"] = 7 });
        var asString = await Execute(id, """{"step": 8}""");
        var without = await Server.PostAsync($"/api/agents/{id}/execute");

        Count(asObject).ShouldBe(7);
        Count(asString).ShouldBe(8);
        Count(without).ShouldBe(2);
        static int Count(Answer answer) => answer.Body.GetProperty("result").GetProperty("count").GetInt32();
    }

    [Fact]
    public async Task Execute_SetsTheProgramsClock_ForOneRun()
    {
        const string Code = """
            from datetime import UTC, datetime


            class Agent:
                def __init__(self, config):
                    self.config = config

                async def execute(self):
                    return {"status": "success", "result": datetime.now(UTC).isoformat()}

            """;
        var id = await Server.ImportAsync(Code);

        var then = await Server.PostAsync(
            $"/api/agents/{id}/execute",
            new JsonObject { ["clock"] = "2024-03-31T03:30:00+03:00" }
        );
        var now = await Server.PostAsync("/api/tasks/execute", new JsonObject { ["agent_id"] = id });

        then.Body.GetProperty("result").GetString()!.ShouldStartWith("2024-03-31T00:30:");
        now.Body.GetProperty("result").GetString()!.ShouldNotStartWith("2024-03-31T");
        then.Body.GetProperty("started_at").GetDateTimeOffset().Year.ShouldNotBe(2024);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("2024-13-01T00:00:00Z")]
    public async Task Execute_SaysWhatAClockIs_WhenItIsNone(string clock)
    {
        var id = await Server.ImportAsync(Programs.Counter);

        var answer = await Server.PostAsync($"/api/agents/{id}/execute", new JsonObject { ["clock"] = clock });

        answer.ShouldBeProblem(422, "clock must be a time");
    }

    [Fact]
    public async Task Execute_IsAConflict_WhenTheAgentIsADraft()
    {
        var draft = await Server.PostAsync("/api/agents/import", Programs.Import("def broken(:\n"));
        var id = draft.Body.GetProperty("agent_id").GetInt64();

        var byAgent = await Server.PostAsync($"/api/agents/{id}/execute");
        var byTask = await Server.PostAsync("/api/tasks/execute", new JsonObject { ["agent_id"] = id });
        var resumed = await Server.PutAsync($"/api/agents/{id}", new JsonObject { ["status"] = "active" });

        byAgent.ShouldBeProblem(409, "is a draft");
        byTask.ShouldBeProblem(409, "is a draft");
        resumed.Status.ShouldBe(409, resumed.Text);
        (await Server.GetAsync($"/api/tasks?agent_id={id}")).Text.ShouldBe("[]");
    }

    [Fact]
    public async Task Draft_BecomesActive_WhenItsProgramIsCorrected()
    {
        var draft = await Server.PostAsync("/api/agents/import", Programs.Import("def broken(:\n"));
        var id = draft.Body.GetProperty("agent_id").GetInt64();

        var corrected = await Server.PutAsync(
            $"/api/agents/{id}",
            new JsonObject { ["code"] = Programs.Counter, ["strict_validation"] = false }
        );

        corrected.Status.ShouldBe(200, corrected.Text);
        corrected.Body.GetProperty("status").GetString().ShouldBe("active");
        corrected.Body.GetProperty("version").GetInt32().ShouldBe(2);
    }

    private Task<Answer> Execute(long id, JsonNode config) =>
        Server.PostAsync($"/api/agents/{id}/execute", new JsonObject { ["config"] = config });
}
