using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Project38.Contracts;

namespace Project38.Cli.Tests;

/// <summary>What a person is told when a verb does not come to its end: stopped by them, or left by the server.</summary>
public sealed class InterruptedTests : IAsyncLifetime
{
    private const string SlowTests = "import time\n\n\ndef test_all():\n    time.sleep(50)\n";
    private readonly P38 _p38 = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _p38.DisposeAsync();

    [Fact]
    public async Task Import_LeavesNoAgentAndSaysSo_WhenItIsStopped()
    {
        using var list = await _p38.UpAsync();
        using var import = await StartImportAsync();

        await P38.SignalAsync("-TERM", import.Id);
        var error = await import.StandardError.ReadToEndAsync(Cancelled);
        await import.WaitForExitAsync(Cancelled);

        import.ExitCode.ShouldBe(ExitCode.Interrupted, error);
        error.ShouldContain("Stopped; no agent was made.");
        (await _p38.JsonAsync("list")).GetArrayLength().ShouldBe(0);
        await P38.SignalAsync("-TERM", list.Id);
        await list.WaitForExitAsync(Cancelled);
    }

    [Fact]
    public async Task Up_HandsBackAtOnce_WhenItIsToldASecondTime()
    {
        using var up = await _p38.UpAsync();
        using var run = await StartLongRunAsync();

        await P38.SignalAsync("-TERM", up.Id);
        while (
            (await up.StandardError.ReadLineAsync(Cancelled))?.StartsWith("Stopping:", StringComparison.Ordinal)
            == false
        ) { }
        await P38.SignalAsync("-TERM", up.Id);
        var error = await up.StandardError.ReadToEndAsync(Cancelled);
        await up.WaitForExitAsync(Cancelled);
        run.Kill();
        await run.WaitForExitAsync(Cancelled);
        var tasks = await _p38.DoneAsync("tasks", "1");

        up.ExitCode.ShouldBe(ExitCode.Interrupted, error);
        error.ShouldContain("Ended at once. What ran was handed back");
        tasks.ShouldContain("pending");
    }

    [Fact]
    public async Task Run_SaysThatTheRunGoesOn_WhenItIsStopped()
    {
        using var up = await _p38.UpAsync();
        using var run = await StartLongRunAsync();

        await P38.SignalAsync("-TERM", run.Id);
        var error = await run.StandardError.ReadToEndAsync(Cancelled);
        await run.WaitForExitAsync(Cancelled);

        run.ExitCode.ShouldBe(ExitCode.Interrupted, error);
        error.ShouldContain("the run goes on. See it with 'p38 tasks 1'.");
        (await _p38.DoneAsync("tasks", "1")).ShouldContain("running");
        await P38.SignalAsync("-KILL", _p38.Server().Pid);
        await up.WaitForExitAsync(Cancelled);
        File.Delete(Path.Join(_p38.Home, ServerFile.Name));
    }

    [Fact]
    public async Task Import_SaysThatTheServerWentAway_WhenItIsKilled()
    {
        using var import = await StartImportAsync();

        await P38.SignalAsync("-KILL", _p38.Server().Pid);
        var error = await import.StandardError.ReadToEndAsync(Cancelled);
        await import.WaitForExitAsync(Cancelled);
        File.Delete(Path.Join(_p38.Home, ServerFile.Name));

        import.ExitCode.ShouldBe(ExitCode.Server, error);
        error.ShouldContain("The server went away while it made the agent.");
    }

    [Fact]
    public async Task Up_SaysOnlyWhatToDo_WhenThePortIsTaken()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        _p38.Environment["P38_PORT"] = $"{((IPEndPoint)taken.LocalEndpoint).Port}";

        var ended = await _p38.RunAsync("up");

        ended.ExitCode.ShouldBe(ExitCode.Server, ended.Error);
        ended.Error.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain("Set P38_PORT to a free one");
    }

    // Its trial lasts longer than any test waits.
    private async Task<Process> StartImportAsync()
    {
        var program = _p38.NewFile("plain.py", Programs.Plain);
        var tests = _p38.NewFile("test_plain.py", SlowTests);
        var import = _p38.Start("import", program, "--lenient", "--tests", tests);
        while (await import.StandardError.ReadLineAsync(Cancelled) is { } line)
        {
            if (line.StartsWith("checked", StringComparison.Ordinal))
            {
                break;
            }
        }
        return import;
    }

    // Of agent 1, and longer than any test waits.
    private async Task<Process> StartLongRunAsync()
    {
        var program = _p38.NewFile("slow.py", Programs.Doing("await asyncio.sleep(50)"));
        await _p38.DoneAsync("import", program, "--lenient");
        var run = _p38.Start("run", "1", "--config", "{\"now\": true}");
        string tasks;
        do
        {
            tasks = await _p38.DoneAsync("tasks", "1");
        } while (!tasks.Contains("running", StringComparison.Ordinal));
        return run;
    }
}
