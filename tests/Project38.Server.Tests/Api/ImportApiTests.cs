using System.Text.Json.Nodes;

namespace Project38.Server.Tests.Api;

public sealed class ImportApiTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>
{
    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Import_CountsTheTestsThatPassed_WhenTheyCameWithTheProgram()
    {
        var answer = await Server.PostAsync(
            "/api/agents/import",
            Programs.Import(Programs.Counter, tests: Programs.CounterTests)
        );

        answer.Status.ShouldBe(201, answer.Text);
        answer.Body.GetProperty("tests_passed").GetInt32().ShouldBe(1);
        answer.Rules.ShouldBeEmpty();
        answer.Body.GetProperty("origin").GetString().ShouldBe("import");
    }

    [Fact]
    public async Task Import_SaysThatItIsOnlyASmokeTrial_WhenNoTestsCame()
    {
        var answer = await Server.PostAsync("/api/agents/import", Programs.Import(Programs.Counter));

        answer.Status.ShouldBe(201, answer.Text);
        answer.Rules.ShouldBe(["no-tests"]);
    }

    [Fact]
    public async Task Import_KeepsADraftWithItsFindings_WhenTheTestsFail()
    {
        var answer = await Server.PostAsync(
            "/api/agents/import",
            Programs.Import(Programs.Counter, tests: Programs.CounterTests.Replace("\"count\": 3", "\"count\": 4"))
        );

        answer.ShouldBeProblem(422, "did not pass its trial");
        var id = answer.Body.GetProperty("agent_id");
        answer.Detail.ShouldContain($"kept as draft {id}");
        answer.Detail.ShouldContain($"DELETE /api/agents/{id}");
        answer.Rules.ShouldBe(["trial"]);
        var draft = await Server.GetAsync($"/api/agents/{id}");
        draft.Body.GetProperty("status").GetString().ShouldBe("draft");
        draft.Body.GetProperty("grant").GetProperty("tools").ToString().ShouldBe("[]");
    }

    [Fact]
    public async Task Import_FailsTheTrial_WhenATestEndsTheProcessWithSuccess()
    {
        const string Tests = """"
            """Leaves in the middle."""

            import os


            def test_leaves() -> None:
                """It ends the process as if all were well."""
                os._exit(0)


            def test_fails() -> None:
                """It would fail."""
                assert False
            """";

        var answer = await Server.PostAsync("/api/agents/import", Programs.Import(Programs.Counter, tests: Tests));

        answer.ShouldBeProblem(422, "did not come to its end");
        answer.Rules.ShouldContain("trial-unfinished");
    }

    [Fact]
    public async Task Import_NamesEveryFieldThatIsWrong_OfType_LengthAndValue()
    {
        var answer = await Server.PostAsync(
            "/api/agents/import",
            new JsonObject
            {
                ["code"] = "",
                ["name"] = 7,
                ["description"] = new string('x', 2001),
                ["status"] = "asleep",
                ["strict_validation"] = "yes",
                ["folders"] = new JsonArray(1),
            }
        );

        answer.Status.ShouldBe(422);
        answer.WrongFields.ShouldBe(["code", "description", "folders", "name", "status", "strict_validation"]);
    }

    [Fact]
    public async Task Import_NamesConfigAndFolders_InOneAnswer()
    {
        var answer = await Server.PostAsync(
            "/api/agents/import",
            new JsonObject
            {
                ["code"] = Programs.Counter,
                ["config"] = "[1]",
                ["folders"] = new JsonArray("/proc"),
            }
        );

        answer.Status.ShouldBe(422);
        answer.WrongFields.ShouldBe(["config", "folders"]);
    }
}
