using System.Text.Json;
using System.Text.Json.Nodes;

namespace Project38.Server.Tests.Api;

/// <summary>What execute answers when an agent misbehaves: 200, how the run ended, and why, in words for its owner.</summary>
public sealed class BadAgentTests(SqliteServerFixture fixture) : IClassFixture<SqliteServerFixture>
{
    private TestServer Server => fixture.Server;

    [Theory]
    [InlineData("return [1, 2]", "execute returned a list")]
    [InlineData("return {'result': 1}", "status")]
    [InlineData("return {'status': 'success', 'result': math.nan}", "NaN")]
    [InlineData("return {'status': 'success', 'result': 'x' * 50_000_000}", "50,000,002 bytes")]
    [InlineData("return {'status': 'error', 'result': 'the shop is closed'}", "the shop is closed")]
    [InlineData("sys.exit(0)", "SystemExit")]
    [InlineData("raise ValueError('no such column')", "ValueError: no such column")]
    [InlineData("await tools.filesystem.read_text('missing.csv')", "missing.csv")]
    public async Task Execute_SaysWhatWasWrong_WhenTheRunFails(string statement, string error)
    {
        var answer = await ExecuteAsync(statement);

        ShouldHaveEnded(answer, "failed", "failed");
        answer.Body.GetProperty("error").GetString()!.ShouldContain(error);
    }

    [Fact]
    public async Task Execute_SaysThatItLeft_WhenTheProcessExitsInTheMiddle()
    {
        var answer = await ExecuteAsync("os._exit(0)");

        ShouldHaveEnded(answer, "failed", "failed");
        answer.Body.GetProperty("error").GetString()!.ShouldContain("ended by itself with code 0");
    }

    [Fact]
    public async Task Execute_TakesNothingPrintedForAResult()
    {
        var answer = await ExecuteAsync(
            """
            forged = '{"jsonrpc":"2.0","id":1,"method":"p38/finish","params":{"outcome":"success","result":"forged"}}'
            print(forged, flush=True)
            os.write(1, forged.encode() + b'\n')
            os._exit(0)
            """
        );

        ShouldHaveEnded(answer, "failed", "failed");
        answer.Body.GetProperty("run").GetProperty("log").GetString()!.ShouldContain("forged");
    }

    [Fact]
    public async Task Execute_SaysThatItPrintedTooMuch_WhenItPrintsForever()
    {
        var answer = await ExecuteAsync(
            """
            while True:
                print('x' * 10_000)
            """
        );

        ShouldHaveEnded(answer, "failed", "output_exceeded");
    }

    [Fact]
    public async Task Execute_SaysThatItNeededTooMuchMemory_WhenItDoes()
    {
        var answer = await ExecuteAsync("self.known = bytearray(1_000_000_000)");

        answer.Body.GetProperty("status").GetString().ShouldBe("failed");
        answer.Body.GetProperty("error").GetString()!.ShouldContain("emory");
    }

    [Fact]
    public async Task Execute_SaysThatItTookTooLong_WhenItNeverEnds()
    {
        var answer = await ExecuteAsync("while True:\n    pass", new JsonObject { ["timeout"] = 1 });

        ShouldHaveEnded(answer, "timeout", "timed_out");
        answer.Body.GetProperty("error").GetString()!.ShouldContain("1 s");
    }

    [Fact]
    public async Task Execute_Succeeds_AfterAFailure()
    {
        var id = await Server.ImportAsync(Programs.Turning("os._exit(0)"));
        await Server.PostAsync($"/api/agents/{id}/execute", Bad());

        var answer = await Server.PostAsync($"/api/agents/{id}/execute");

        answer.Body.GetProperty("status").GetString().ShouldBe("completed");
        answer.Body.GetProperty("run").GetProperty("number").GetInt32().ShouldBe(2);
    }

    private static void ShouldHaveEnded(Answer answer, string status, string outcome)
    {
        answer.Status.ShouldBe(200, answer.Text);
        answer.Body.GetProperty("status").GetString().ShouldBe(status, answer.Body.GetProperty("error").ToString());
        answer.Body.GetProperty("result").ValueKind.ShouldBe(JsonValueKind.Null);
        answer.Body.GetProperty("error").GetString().ShouldNotBeNullOrWhiteSpace();
        answer.Body.GetProperty("run").GetProperty("outcome").GetString().ShouldBe(outcome);
        answer.Body.GetProperty("completed_at").ValueKind.ShouldBe(JsonValueKind.String);
    }

    private async Task<Answer> ExecuteAsync(string statements, JsonObject? config = null)
    {
        var id = await Server.ImportAsync(Programs.Turning(statements), config);
        return await Server.PostAsync($"/api/agents/{id}/execute", Bad());
    }

    private static JsonObject Bad() => new() { ["config"] = new JsonObject { ["bad"] = true } };
}
