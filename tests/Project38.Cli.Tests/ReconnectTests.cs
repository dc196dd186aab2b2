namespace Project38.Cli.Tests;

/// <summary>A follower whose server goes away, and comes back on another port.</summary>
public sealed class ReconnectTests : IAsyncLifetime
{
    private readonly P38 _p38 = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _p38.DisposeAsync();

    [Fact]
    public async Task Run_SaysThatItWaitsAndGoesOn_WhenItsServerIsStartedAnew()
    {
        var program = _p38.NewFile("slow.py", Programs.Doing("print('before')\nawait asyncio.sleep(50)"));
        using var first = await _p38.UpAsync();
        await _p38.DoneAsync("import", program, "--lenient", "--name", "Slow");
        using var run = _p38.Start("run", "Slow", "--follow", "--config", "now=true");
        (await run.StandardOutput.ReadLineAsync(Cancelled)).ShouldBe("before");
        var old = _p38.Server();

        await P38.SignalAsync("-KILL", old.Pid);
        await first.WaitForExitAsync(Cancelled);
        (await run.StandardError.ReadLineAsync(Cancelled)).ShouldBe(
            "The server went away. Waiting for it, 30.0 s at most."
        );
        using var second = await _p38.UpAsync();
        var back = await run.StandardError.ReadLineAsync(Cancelled);
        // Its worker is dead, and a start by hand gets one run.
        var rest = await run.StandardOutput.ReadToEndAsync(Cancelled);
        await run.WaitForExitAsync(Cancelled);

        _p38.Server().Url.ShouldNotBe(old.Url);
        back.ShouldBe($"The server is back, at {_p38.Server().Url}.");
        run.ExitCode.ShouldBe(ExitCode.FailedRun);
        rest.ShouldContain("task 1 failed");
        await P38.SignalAsync("-TERM", second.Id);
        await second.WaitForExitAsync(Cancelled);
    }
}
