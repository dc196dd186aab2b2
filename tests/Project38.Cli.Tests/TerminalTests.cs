using Project38.Contracts;

namespace Project38.Cli.Tests;

/// <summary>What a person at a terminal sees, and a script does not.</summary>
public sealed class TerminalTests : IAsyncLifetime
{
    private const char Isolate = '\u2068';
    private const char Escape = '\u001b';
    private readonly P38 _p38 = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _p38.Environment["TERM"] = "xterm-256color";
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _p38.DisposeAsync();

    [Fact]
    public async Task List_IsReadableOnATerminal_AndPlainElsewhere_WhenNamesAreHebrew()
    {
        await _p38.DoneAsync("create", "Remind me every day at 8 to drink", "--name", "לשתות מים");

        var onTerminal = await _p38.RunOnTerminalAsync("", "list");
        _p38.Environment["NO_COLOR"] = "1";
        var withoutColor = await _p38.RunOnTerminalAsync("", "list");
        var json = await _p38.RunOnTerminalAsync("", "list", "--json");
        var redirected = await _p38.DoneAsync("list");

        onTerminal.Output.ShouldContain($"{Isolate}לשתות מים\u2069 ");
        onTerminal.Output.ShouldContain(Escape);
        withoutColor.Output.ShouldContain(Isolate);
        withoutColor.Output.ShouldNotContain($"{Escape}[38");
        json.Output.ShouldContain("לשתות מים");
        foreach (var plain in new[] { json.Output, redirected })
        {
            plain.ShouldNotContain(Isolate);
            plain.ShouldNotContain($"{Escape}[38");
        }
    }

    [Fact]
    public async Task Verbs_SayNothingButTheResult_WhenTheyAreToBeQuiet()
    {
        var created = await _p38.RunAsync("create", "Remind me every day at 8 to drink", "--quiet");
        var refused = await _p38.RunAsync("show", "7", "--quiet");

        created.Error.ShouldBeEmpty();
        created.Output.ShouldContain("Agent 1");
        refused.Error.ShouldContain("There is no agent 7.");
    }

    [Fact]
    public async Task Run_SaysNothingForNothing_WhenItIsToBeQuiet()
    {
        await _p38.DoneAsync("import", _p38.NewFile("plain.py", Programs.Plain), "--lenient");

        (await _p38.DoneAsync("run", "1")).ShouldContain("said         nothing");
        (await _p38.DoneAsync("run", "1", "--quiet")).ShouldNotContain("nothing");
    }

    [Fact]
    public async Task Up_LetsARunFinish_WhenSomebodyPressesCtrlC()
    {
        using var up = _p38.StartOnTerminal("up");
        await P38.UntilAsync(up, "next");
        var program = _p38.NewFile(
            "slow.py",
            Programs.Doing("await asyncio.sleep(3)\nreturn {'status': 'success', 'result': {}}")
        );
        await _p38.DoneAsync("import", program, "--lenient", "--name", "Slow");
        var run = _p38.RunAsync("run", "Slow", "--config", "now=true");
        while ((await _p38.JsonAsync("tasks", "--status", "running")).GetArrayLength() == 0) { }

        await up.StandardInput.WriteAsync("\u0003");
        await up.StandardInput.FlushAsync(Cancelled);
        (await P38.UntilAsync(up, "Stopping")).ShouldContain("Stopping: Ctrl-C came.");
        var ended = await run;
        await up.WaitForExitAsync(Cancelled);

        ended.ExitCode.ShouldBe(ExitCode.Ok, ended.Output + ended.Error);
        up.ExitCode.ShouldBe(ExitCode.Ok);
        File.Exists(Path.Join(_p38.Home, ServerFile.Name)).ShouldBeFalse();
        (await _p38.JsonAsync("tasks"))[0].GetProperty("status").GetString().ShouldBe("completed");
    }
}
