using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Project38.Server.Tests.Api;

public sealed class CheckApiTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>
{
    private TestServer Server => fixture.Server;

    [Fact]
    public async Task Check_Passes_WhenTheProgramIsGood()
    {
        var answer = await Check(Programs.Counter);

        answer.Status.ShouldBe(200, answer.Text);
        answer.Body.ShouldHaveFields("passed: boolean", "findings: array", "grants: array");
        answer.Body.GetProperty("passed").GetBoolean().ShouldBeTrue(answer.Text);
    }

    [Fact]
    public async Task Check_ReportsAllFindings_WhenTheTestsAreBrokenToo()
    {
        var answer = await Server.PostAsync(
            "/api/check",
            new JsonObject
            {
                ["code"] = Programs
                    .Counter.Replace("\n\n\nclass", "\n\nimport requests\n\n\nclass")
                    .Replace("print(\"counting\")", "print(requests)"),
                ["tests"] = "def broken(:\n",
            }
        );

        answer.Body.GetProperty("passed").GetBoolean().ShouldBeFalse();
        answer.Rules.ShouldContain("import-missing");
        answer.Rules.ShouldContain("syntax");
        answer
            .Body.GetProperty("findings")[0]
            .ShouldHaveFields(
                "rule: string",
                "severity: string",
                "file: string",
                "line: integer|null",
                "message: string"
            );
    }

    [Fact]
    public async Task Check_FindsItNotPython_WhenItIsNot()
    {
        var answer = await Check("Dear agent, please add up my expenses.");

        answer.Status.ShouldBe(200);
        answer.Body.GetProperty("passed").GetBoolean().ShouldBeFalse();
        answer.Rules.ShouldContain("syntax");
    }

    [Fact]
    public async Task Check_FindsItTooLarge_AtOnce_WhenItHasFiveMegabytes()
    {
        var code = string.Concat(Enumerable.Repeat("x = 1  # one\n", 5_000_000 / 13));
        var best = TimeSpan.MaxValue;
        Answer answer = null!;

        // The best of three: the first compiles the service's own code, and the machine does much else meanwhile.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var started = Stopwatch.GetTimestamp();
            answer = await Check(code);
            best = TimeSpan.FromTicks(Math.Min(best.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
        }

        best.ShouldBeLessThan(TimeSpan.FromSeconds(2));
        answer.Status.ShouldBe(200);
        answer.Body.GetProperty("passed").GetBoolean().ShouldBeFalse();
        answer.Rules.ShouldBe(["size"]);
    }

    [Fact]
    public async Task Check_FindsItTooDeep_WhenItIsNestedTenThousandTimes()
    {
        var answer = await Check($"x = {new string('(', 10_000)}1{new string(')', 10_000)}\n");

        answer.Status.ShouldBe(200);
        answer.Body.GetProperty("passed").GetBoolean().ShouldBeFalse();
        answer.Rules.ShouldContain("syntax");
    }

    [Fact]
    public async Task Check_IsTooLarge_WhenTheBodyIsBeyondTheLimitOfRequests()
    {
        var answer = await Check(new string('x', 17 * 1024 * 1024));

        answer.ShouldBeProblem(413, "at most 16 MB");
    }

    private Task<Answer> Check(string code) => Server.PostAsync("/api/check", new JsonObject { ["code"] = code });
}
