using System.Diagnostics;
using Project38.Contracts;

namespace Project38.Cli.Tests;

/// <summary>What <c>p38 up</c> says of its server: where it writes, and how it ends.</summary>
public sealed class UpTests : IAsyncLifetime
{
    private readonly P38 _p38 = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _p38.DisposeAsync();

    [Fact]
    public async Task Up_SaysHowItsServerEnded_WhenItIsKilled()
    {
        using var up = await _p38.UpAsync();

        await P38.SignalAsync("-KILL", _p38.Server().Pid);
        var error = await up.StandardError.ReadToEndAsync(Cancelled);
        await up.WaitForExitAsync(Cancelled);
        File.Delete(Path.Join(_p38.Home, ServerFile.Name));

        up.ExitCode.ShouldBe(ExitCode.Server);
        error.ShouldContain("p38: The server ended by signal 9, SIGKILL, perhaps because memory ran out.");
        error.ShouldContain("in its log: standard error.");
    }

    [Fact]
    public async Task Up_EndsWell_WhenItsServerIsToldToStop()
    {
        using var up = await _p38.UpAsync();

        await P38.SignalAsync("-TERM", _p38.Server().Pid);
        var error = await up.StandardError.ReadToEndAsync(Cancelled);
        await up.WaitForExitAsync(Cancelled);

        up.ExitCode.ShouldBe(ExitCode.Ok, error);
        error.ShouldContain("The server was told to stop, and has stopped.");
    }

    [Fact]
    public async Task Up_SaysWhoStopsIt()
    {
        using var up = await _p38.UpAsync();

        await P38.SignalAsync("-TERM", up.Id);
        var error = await up.StandardError.ReadToEndAsync(Cancelled);
        await up.WaitForExitAsync(Cancelled);

        up.ExitCode.ShouldBe(ExitCode.Ok, error);
        error.ShouldContain("Stopping: SIGTERM came. No new runs");
    }

    [Fact]
    public async Task Up_NamesTheFileOfItsLog_WhenItIsRedirected()
    {
        var log = Path.Join(_p38.Folder, "up.log");
        using var up = Process.Start(_p38.ShellStart($"exec {_p38.Shell} up 2>'{log}'"))!;

        var said = await P38.UntilAsync(up, "next");
        await P38.SignalAsync("-TERM", up.Id);
        await up.WaitForExitAsync(Cancelled);

        said.ShouldContain($"log          {log}; of runs: p38 tasks");
        said.ShouldNotContain("this terminal");
    }
}
