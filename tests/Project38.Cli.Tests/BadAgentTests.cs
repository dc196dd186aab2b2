namespace Project38.Cli.Tests;

/// <summary>Programs that go wrong while they run, or lie: the run fails and says why, and nothing else is hurt.</summary>
public sealed class BadAgentTests(Service service) : IClassFixture<Service>
{
    private readonly P38 _p38 = service.P38;

    [Theory]
    [InlineData("return int('7')", "returned an int")] // a plain "return 7" is found by the check
    [InlineData("return {\"status\": \"success\", \"result\": {\"x\": float(\"nan\")}}", "NaN")]
    [InlineData("return {\"status\": \"success\", \"result\": {\"x\": \"y\" * 50_000_000}}", "")]
    [InlineData("sys.exit(0)", "exit")]
    [InlineData("os._exit(0)", "")]
    [InlineData("while True:\n    print(\"x\" * 1000)", "more than 10 MB")]
    [InlineData("raise ValueError(\"no bread\")", "no bread")]
    [InlineData(
        "print('{\"jsonrpc\": \"2.0\", \"method\": \"result\", \"params\": {\"status\": \"success\"}}')\nos._exit(0)",
        ""
    )]
    public async Task Run_EndsWithFailedRunAndTheReason_WhenTheAgentDoes(string body, string says)
    {
        var program = _p38.NewFile("bad.py", Programs.Doing(body));
        var agent = await _p38.JsonAsync("import", program, "--lenient");
        var id = agent.GetProperty("id").GetRawText();

        var ended = await _p38.RunAsync("run", id, "--config", "{\"now\": true}");

        ended.ExitCode.ShouldBe(ExitCode.FailedRun, ended.Error + ended.Output);
        ended.Output.ShouldStartWith("ran ");
        ended.Output.ShouldContain(says, Case.Insensitive);
        var task = (await _p38.JsonAsync("tasks", id))[0].GetProperty("id").GetRawText();
        ended.Output.ShouldContain($"See 'p38 logs {task}'.");
        (await _p38.DoneAsync("logs", task)).ShouldContain("error");
        (await _p38.DoneAsync("run", id)).ShouldContain("completed");
    }

    [Theory]
    [InlineData("import os\n\n\ndef test_all():\n    os._exit(0)\n")]
    [InlineData("import sys\n\n\ndef test_all():\n    sys.exit(0)\n")]
    [InlineData("def test_all():\n    print('1 passed in 0.01s')\n    assert not True\n")]
    [InlineData("import pytest\n\n\n@pytest.mark.skip\ndef test_all():\n    assert True\n")]
    [InlineData("X = 1\n")]
    public async Task Import_KeepsADraftThatNeverRuns_WhenTheTestsProveNothing(string tests)
    {
        var program = _p38.NewFile("plain.py", Programs.Plain);

        var ended = await _p38.RunAsync(
            "import",
            program,
            "--lenient",
            "--tests",
            _p38.NewFile("test_plain.py", tests)
        );

        ended.ExitCode.ShouldBe(ExitCode.Refused, ended.Error);
        ended.Error.ShouldContain("which never runs.");
        ended.Output.ShouldBeEmpty();
        var draft = (await _p38.JsonAsync("list"))[0];
        draft.GetProperty("status").GetString().ShouldBe("draft");
        var run = await _p38.RunAsync("run", draft.GetProperty("id").GetRawText());
        run.ExitCode.ShouldBe(ExitCode.Refused, run.Error + run.Output);
    }

    [Fact]
    public async Task Import_ShowsATracebackInLines_WhenATestFails()
    {
        var program = _p38.NewFile("plain.py", Programs.Plain);
        var tests = _p38.NewFile("test_plain.py", "def test_all():\n    assert [1, 2] == [1, 3], 'not the same'\n");

        var ended = await _p38.RunAsync("import", program, "--lenient", "--tests", tests);

        ended.ExitCode.ShouldBe(ExitCode.Refused, ended.Error);
        var lines = ended.Error.TrimEnd().Split('\n');
        var first = lines.ToList().FindIndex(line => line.Contains("error trial", StringComparison.Ordinal));
        lines[(first + 1)..].ShouldNotBeEmpty(ended.Error);
        lines[(first + 1)..].ShouldAllBe(line => line.StartsWith("      ", StringComparison.Ordinal));
    }
}
