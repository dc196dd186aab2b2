using System.Text.Json.Nodes;

namespace Project38.Server.Tests.Api;

/// <summary>Versions over real HTTP, on both databases.</summary>
public abstract class VersionsContract(ServerFixture fixture)
{
    private static readonly string[] Version =
    [
        "number: integer",
        "current: boolean",
        "proposed: boolean",
        "proved: boolean",
        "hash: string",
        "origin: string",
        "made_from: integer|null",
        "wish: string|null",
        "schedule: string|null",
        "timezone: string",
        "created_by: string",
        "created_at: time",
    ];

    private static readonly string Tells = Programs
        .Counter.Replace("\n\n\nclass", "\n\nfrom p38 import tools\n\n\nclass")
        .Replace("print(\"counting\")", "await tools.notifications.send(\"counting\")");

    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Versions_AreListedAndReadWhole()
    {
        var id = await GivenTwoVersionsAsync();

        var list = await Server.GetAsync($"/api/agents/{id}/versions");
        var page = await Server.GetAsync($"/api/agents/{id}/versions?limit=1&offset=1");
        var first = await Server.GetAsync($"/api/agents/{id}/versions/1");

        list.Headers.GetValues("X-Total-Count").ShouldBe(["2"]);
        list.Body[0].ShouldHaveFields(Version);
        list.Body.EnumerateArray()
            .Select(one => (one.GetProperty("number").GetInt32(), one.GetProperty("current").GetBoolean()))
            .ShouldBe([(2, true), (1, false)]);
        list.Body[0].GetProperty("made_from").GetInt32().ShouldBe(1);
        page.Body[0].GetProperty("number").GetInt32().ShouldBe(1);
        first.Body.ShouldHaveFields([
            .. Version,
            "description: string",
            "code: string",
            "tests: string|null",
            "config: string",
            "grants: array",
            "manifest: object",
        ]);
        first.Body.GetProperty("schedule").GetString().ShouldBe("@hourly");
        first.Body.GetProperty("code").GetString()!.ShouldNotContain("notifications");
    }

    [Fact]
    public async Task Diff_ShowsCodeManifestScheduleAndConfig()
    {
        var id = await GivenTwoVersionsAsync();

        var diff = await Server.GetAsync($"/api/agents/{id}/diff");
        var back = await Server.GetAsync($"/api/agents/{id}/diff?from=2&to=1");
        var same = await Server.GetAsync($"/api/agents/{id}/diff?from=1&to=1");

        diff.Body.ShouldHaveFields(
            "agent_id: integer",
            "from: integer",
            "to: integer",
            "description: string",
            "code: string",
            "tests: string",
            "manifest: string",
            "schedule: string",
            "config: string",
            "grants_added: array",
            "grants_removed: array"
        );
        Part(diff, "code").ShouldStartWith("--- agent.py (version 1)\n+++ agent.py (version 2)\n@@ -1,");
        Part(diff, "code")
            .ShouldContain("\n-        print(\"counting\")\n+        await tools.notifications.send(\"counting\")\n");
        Part(diff, "manifest").ShouldEndWith("@@ -0,0 +1,2 @@\n+tool notifications.send\n+channel inbox\n");
        Part(diff, "schedule").ShouldEndWith("-@hourly (UTC)\n+0 8 * * * (Asia/Jerusalem)\n");
        Part(diff, "config").ShouldContain("-  \"step\": 2\n+  \"step\": 3\n");
        Part(diff, "config").ShouldNotContain("schedule");
        Part(diff, "description").ShouldBeEmpty();
        diff.Body.GetProperty("grants_added").ToString().ShouldBe("""["tells you in the inbox"]""");
        Part(back, "code").ShouldContain("\n+        print(\"counting\")");
        back.Body.GetProperty("grants_removed").ToString().ShouldBe("""["tells you in the inbox"]""");
        Part(same, "code").ShouldBeEmpty();
    }

    [Fact]
    public async Task Rollback_RunsWhatRanBefore_WithTheConfigItHadLast()
    {
        var id = await GivenTwoVersionsAsync();

        var back = await Choose(id, "rollback", 1);
        var run = await Server.PostAsync($"/api/agents/{id}/execute");
        var forth = await Choose(id, "rollback", 2);

        back.Status.ShouldBe(200, back.Text);
        back.Body.GetProperty("version").GetInt32().ShouldBe(1);
        back.Body.GetProperty("schedule").GetString().ShouldBe("@hourly");
        back.Body.GetProperty("grants").ToString().ShouldNotContain("inbox");
        run.Body.GetProperty("result").GetProperty("count").GetInt32().ShouldBe(2);
        run.Body.GetProperty("messages").GetArrayLength().ShouldBe(0);
        forth.Body.GetProperty("schedule").GetString().ShouldBe("0 8 * * *");
        forth.Body.GetProperty("grants").ToString().ShouldContain("inbox");
    }

    [Fact]
    public async Task Versions_SayWhatIsMissingOrWrong()
    {
        var id = await Server.ImportAsync(Programs.Counter);
        var draft = (await Server.PostAsync("/api/agents/import", Programs.Import("def broken(:\n")))
            .Body.GetProperty("agent_id")
            .GetInt64();

        (await Server.GetAsync($"/api/agents/{id}/versions/7")).ShouldBeProblem(404, "has no version 7");
        (await Server.GetAsync($"/api/agents/{id}/diff?from=1&to=7")).ShouldBeProblem(404, "has no version 7");
        (await Server.GetAsync($"/api/agents/{id}/diff")).ShouldBeProblem(409, "made from no other");
        (await Server.GetAsync($"/api/agents/{id}/diff?from=0&to=x")).WrongFields.ShouldBe(["from", "to"]);
        (await Server.GetAsync("/api/agents/999999/versions")).ShouldBeProblem(404, "no agent 999999");
        (await Server.GetAsync("/api/agents/999999/versions/1")).ShouldBeProblem(404, "no agent 999999");
        (await Server.GetAsync("/api/agents/999999/diff")).ShouldBeProblem(404, "no agent 999999");
        (await Choose(999999, "rollback", 1)).ShouldBeProblem(404, "no agent 999999");
        (await Choose(id, "rollback", 7)).ShouldBeProblem(404, "has no version 7");
        (await Choose(draft, "rollback", 1)).ShouldBeProblem(409, "did not pass");
        (await Server.GetAsync($"/api/agents/{draft}")).Body.GetProperty("status").GetString().ShouldBe("draft");
        (await Server.PostAsync($"/api/agents/{id}/rollback", new JsonObject())).WrongFields.ShouldBe(["version"]);
        (
            await Server.PostAsync($"/api/agents/{id}/rollback", new JsonObject { ["version"] = 0 })
        ).WrongFields.ShouldBe(["version"]);
    }

    [Fact]
    public async Task Rollback_IsRefused_WhenTheVersionWasNotProved()
    {
        var draft = await Server.PostAsync("/api/agents/import", Programs.Import("def broken(:\n"));
        var id = draft.Body.GetProperty("agent_id").GetInt64();
        var corrected = new JsonObject { ["code"] = Programs.Counter, ["strict_validation"] = false };
        await Server.PutAsync($"/api/agents/{id}", corrected);

        (await Choose(id, "rollback", 1)).ShouldBeProblem(409, "did not pass its checks");
        (await Choose(id, "activate", 1)).ShouldBeProblem(409, "did not pass its checks");
    }

    [Fact]
    public async Task Update_KeepsTheLaterProgram_WhenTwoComeAtOnce()
    {
        var id = await Server.ImportAsync(Programs.Counter);

        var answers = await Task.WhenAll(
            Enumerable
                .Range(1, 2)
                .Select(at =>
                    Server.PutAsync(
                        $"/api/agents/{id}",
                        new JsonObject { ["code"] = $"# {at}\n{Programs.Counter}", ["strict_validation"] = false }
                    )
                )
        );
        var versions = await Server.GetAsync($"/api/agents/{id}/versions");

        // Whichever ends first; both programs are there, and nobody's is undone behind their back.
        answers.Select(answer => answer.Status).Order().ShouldBe([200, 409]);
        var late = answers.Single(answer => answer.Status == 409);
        late.ShouldBeProblem(409, "kept as version 3");
        late.Body.GetProperty("version").GetInt32().ShouldBe(3);
        versions.Body.GetArrayLength().ShouldBe(3);
        versions.Body[1].GetProperty("current").GetBoolean().ShouldBeTrue();
    }

    private async Task<long> GivenTwoVersionsAsync()
    {
        var config = new JsonObject { ["step"] = 1, ["schedule"] = "@hourly" };
        var id = await Server.ImportAsync(Programs.Counter, config);
        await Server.PutAsync(
            $"/api/agents/{id}",
            new JsonObject
            {
                ["config"] = new JsonObject { ["step"] = 2, ["schedule"] = "@hourly" },
            }
        );
        var second = await Server.PutAsync(
            $"/api/agents/{id}",
            new JsonObject
            {
                ["code"] = Tells,
                ["strict_validation"] = false,
                ["config"] = new JsonObject
                {
                    ["step"] = 3,
                    ["schedule"] = "0 8 * * *",
                    ["timezone"] = "Asia/Jerusalem",
                },
            }
        );
        second.Status.ShouldBe(200, second.Text);
        return id;
    }

    private Task<Answer> Choose(long id, string verb, int version) =>
        Server.PostAsync($"/api/agents/{id}/{verb}", new JsonObject { ["version"] = version });

    private static string Part(Answer diff, string name) => diff.Body.GetProperty(name).GetString()!;
}

public sealed class VersionsOnSqlite(SqliteServerFixture server)
    : VersionsContract(server),
        IClassFixture<SqliteServerFixture>;

public sealed class VersionsOnPostgres(PostgresServerFixture server)
    : VersionsContract(server),
        IClassFixture<PostgresServerFixture>;
