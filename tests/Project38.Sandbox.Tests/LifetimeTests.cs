using System.Diagnostics;
using static Project38.Sandbox.Tests.SandboxFixture;

namespace Project38.Sandbox.Tests;

/// <summary>For tests that count what is on the whole machine, or in this whole process.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class AloneCollection;

/// <summary>Runs end when they should, not before, and leave nothing.</summary>
[Collection("alone")]
public sealed class LifetimeTests(SandboxFixture sandboxes)
{
    public static TheoryData<SandboxLevel> Levels => [.. SandboxFixture.Levels];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_LivesOn_WhenTheThreadThatStartedItEnds(SandboxLevel level)
    {
        // The pool ends threads when it likes; here one ends for sure.
        SandboxProcess? process = null;
        var thread = new Thread(() =>
            process = sandboxes[level]
                .StartAsync(Shell("read line; exit 7"), CancellationToken.None)
                .GetAwaiter()
                .GetResult()
        );
        thread.Start();
        thread.Join();

        await process!.Input.WriteAsync("go\n"u8.ToArray(), CancellationToken);
        var exit = await process.Completion;

        await process.DisposeAsync();
        exit.ShouldBeOfType<SandboxExit.Exited>().Code.ShouldBe(7);
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_DiesWithThePlatform_WhenThePlatformIsKilled(SandboxLevel level)
    {
        var mark = Guid.NewGuid().ToString("N");
        using var platform = SmallPlatform.Start("hold", level.ToString(), mark);
        var up = await platform.StandardOutput.ReadLineAsync(CancellationToken);
        var before = ProcessesOf(mark, platform);

        platform.Kill();
        await platform.WaitForExitAsync(CancellationToken);

        up.ShouldBe($"{level} up");
        before.ShouldBe(level == SandboxLevel.Degraded ? 2 : 3);
        var gone = await HostProcesses.BecomesTrueAsync(
            () => ProcessesOf(mark, platform) == 0,
            TimeSpan.FromSeconds(1)
        );
        gone.ShouldBeTrue();
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_LeavesNothing_WhenThePlatformIsKilledInTheMiddleOfItsStart(SandboxLevel level)
    {
        var mark = Guid.NewGuid().ToString("N");
        for (var round = 0; round < 6; round++)
        {
            using var platform = SmallPlatform.Start("start", level.ToString(), mark);
            await platform.StandardOutput.ReadLineAsync(CancellationToken);
            await Task.Delay(Random.Shared.Next(50), CancellationToken);

            platform.Kill();
            await platform.WaitForExitAsync(CancellationToken);
        }

        // Hardly ever one is left that waits for a bubblewrap killed in mid-sentence. It is the next platform's to end.
        using var next = Create(level);
        await next.ReportAsync(CancellationToken);
        (
            await HostProcesses.BecomesTrueAsync(() => HostProcesses.With(mark).Count == 0, TimeSpan.FromSeconds(3))
        ).ShouldBeTrue();
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Sandbox_RemovesLeftoverCgroups_WhenAPlatformWasKilled(SandboxLevel level)
    {
        using var platform = SmallPlatform.Start("hold", level.ToString(), Guid.NewGuid().ToString("N"));
        await platform.StandardOutput.ReadLineAsync(CancellationToken);
        var before = HostCgroups.Of(platform.Id).Count;
        platform.Kill();
        await platform.WaitForExitAsync(CancellationToken);

        using var next = Create(level);
        await next.ReportAsync(CancellationToken);

        (before > 0).ShouldBe(level == SandboxLevel.Full);
        HostCgroups.Of(platform.Id).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_LeavesNothing_WhenItEndsInAnyWay(SandboxLevel level)
    {
        var mark = Guid.NewGuid().ToString("N");
        const string Child = "import os\nif os.fork() == 0:\n os.setsid()\n import time; time.sleep(600)";
        var quick = new SandboxLimits { Timeout = TimeSpan.FromMilliseconds(300), LogBytes = 1000 };
        await sandboxes.RunAsync(level, Shell("true"));
        var before = Descriptors();

        for (var round = 0; round < 3; round++)
        {
            await sandboxes.RunAsync(level, Python($"pass # {mark}"));
            await sandboxes.RunAsync(level, Python($"{Child} # {mark}"));
            await sandboxes.RunAsync(level, Python($"import time; time.sleep(60) # {mark}", quick));
            await sandboxes.RunAsync(
                level,
                Python($"while True: print('x', file=__import__('sys').stderr) # {mark}", quick)
            );
            await sandboxes.RunAsync(level, new SandboxSpec { Program = "/nothing", Arguments = [mark] });
            await using var killed = await sandboxes[level].StartAsync(Python($"input() # {mark}"), CancellationToken);
            killed.Kill();
            await killed.Completion;
        }

        HostProcesses.With(mark).ShouldBeEmpty();
        HostCgroups.Of(Environment.ProcessId).ShouldBeEmpty();
        var after = Descriptors();
        await HostProcesses.BecomesTrueAsync(
            () => (after = Descriptors()).Count <= before.Count + 8,
            TimeSpan.FromSeconds(5)
        );
        after.Count.ShouldBeLessThanOrEqualTo(before.Count + 8, string.Join('\n', after.Except(before)));
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_DoesNotDisturbOtherChildren_WhenBothEnd(SandboxLevel level)
    {
        var runs = Enumerable.Range(0, 8).Select(n => sandboxes.RunAsync(level, Shell($"exit {n}")));
        var others = Enumerable
            .Range(0, 8)
            .Select(async n =>
            {
                using var process = Process.Start("/bin/sh", ["-c", $"exit {n}"]);
                await process.WaitForExitAsync(CancellationToken);
                return process.ExitCode;
            });

        var codes = await Task.WhenAll(others);
        var outcomes = await Task.WhenAll(runs);

        codes.ShouldBe(Enumerable.Range(0, 8));
        outcomes.Select(outcome => ((SandboxExit.Exited)outcome.Exit).Code).ShouldBe(Enumerable.Range(0, 8));
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Dispose_EndsItsRuns_WhenTheSandboxIsDisposed(SandboxLevel level)
    {
        var sandbox = Create(level);
        await using var process = await sandbox.StartAsync(Shell("read line"), CancellationToken);

        sandbox.Dispose();

        var exit = await process.Completion;
        exit.ShouldBeOfType<SandboxExit.Killed>();
    }

    private static int ProcessesOf(string mark, Process platform) =>
        HostProcesses.With(mark).Count(pid => pid != platform.Id);

    private static List<string> Descriptors() =>
        [
            .. Directory
                .EnumerateFileSystemEntries("/proc/self/fd")
                .Select(path => $"{Path.GetFileName(path)} {new FileInfo(path).LinkTarget}"),
        ];
}
