using Project38.Sandbox.Native;
using Project38.Sandbox.Running;

namespace Project38.Sandbox.Tests.Gvisor;

/// <summary>Runs on gVisor's kernel, by the real <c>runsc</c>: <c>./test --runsc</c>.</summary>
[Collection("alone")]
[Trait(NamedRunsc.Needs, NamedRunsc.Runsc)]
public sealed class RunscTests(SandboxFixture sandboxes)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private BubblewrapSandbox Sandbox => sandboxes[SandboxLevel.Vm];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReportAsync_GivesVm_WhenRunscContains()
    {
        var report = await Sandbox.ReportAsync(CancellationToken);

        report.Level.ShouldBe(SandboxLevel.Vm, string.Join('\n', report.Facts));
        report.Facts.ShouldAllBe(fact => fact.Works);
    }

    [Fact]
    public async Task Run_SeesWhatItsSpecShows_AndWritesItsOwnFoldersAlone()
    {
        const string Code = """
            import os, sys
            def opens(path, mode):
                try:
                    return open(path, mode).close() is None
                except OSError:
                    return False
            print(sys.stdin.readline().strip(), open("/app/a").read(), os.getuid(), os.getcwd(), os.environ["WORD"])
            print(*sorted(os.listdir("/")), *os.listdir("/share"))
            print(*(path for path in ("/work/x", "/tmp/x", "/dev/shm/x", "/x", "/usr/x", "/share/x", "/app/a", "/app/x", "/dev/x")
                    if opens(path, "ab")))
            print("log", file=sys.stderr)
            """;
        var folder = Directory.CreateTempSubdirectory("p38-test-");
        File.SetUnixFileMode(folder.FullName, (UnixFileMode)0x1ED); // 0755
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "shared"), "", CancellationToken);
        var spec = SandboxFixture.Python(Code) with
        {
            Mounts = [new SandboxMount(folder.FullName, "/share")],
            Files = [new SandboxFile("/app/a", "of the file"u8.ToArray())],
            Environment = new Dictionary<string, string> { ["WORD"] = "a b" },
        };

        var outcome = await SandboxFixture.RunAsync(Sandbox, spec, "said\n");

        folder.Delete(recursive: true);
        outcome.Exit.ShouldBeOfType<SandboxExit.Exited>(outcome.Log).Code.ShouldBe(0, outcome.Log);
        (outcome.Exit.Level, outcome.Exit.Start).ShouldBe((SandboxLevel.Vm, SandboxStart.Fresh));
        outcome
            .Output.Split('\n')
            .ShouldBe([
                "said of the file 1000 /work a b",
                "app bin dev etc lib lib64 proc sbin share sys tmp usr work shared",
                "/work/x /tmp/x /dev/shm/x",
                "",
            ]);
        outcome.Log.ShouldBe("log\n");
    }

    [Fact]
    public async Task Run_IsNeverForked_WhenItsSpecSaysWhatFrom()
    {
        var spec = SandboxFixture.Python("") with
        {
            Arguments = [.. ForkImage.Flags, "/app/a.py"],
            Files = [new SandboxFile("/app/a.py", "print(1)"u8.ToArray())],
            Fork = new ForkImage(),
        };
        await Sandbox.WarmAsync(spec, CancellationToken);

        var outcome = await SandboxFixture.RunAsync(Sandbox, spec);

        (outcome.Output, outcome.Exit.Start).ShouldBe(("1\n", SandboxStart.Fresh));
    }

    [Theory]
    [InlineData("exit 7", "Exited 7")]
    [InlineData("exit 128", "Exited 128")]
    [InlineData("kill -SEGV $$", "Signalled 11")]
    [InlineData("text=0123456789abcdef; while :; do text=$text$text; done", "OutOfMemory")]
    [InlineData("while :; do echo 0123456789abcdef >&2; done", "OutputExceeded")]
    [InlineData("sleep 60", "TimedOut")]
    public async Task Run_TellsItsEnd_AndLeavesNothing(string script, string end)
    {
        var limits = new SandboxLimits
        {
            CpuPercent = 100,
            MemoryBytes = 32 * 1024 * 1024,
            LogBytes = 100_000,
            Timeout = TimeSpan.FromSeconds(end == "TimedOut" ? 2 : 30),
        };
        var process = await Sandbox.StartAsync(SandboxFixture.Shell(script, limits), CancellationToken);

        var exit = await process.Completion;
        await process.DisposeAsync();

        (exit.Level, Tell(exit)).ShouldBe((SandboxLevel.Vm, end), process.Log);
        exit.Usage.PeakMemoryBytes.ShouldNotBeNull();
        exit.Usage.ScratchBytes.ShouldBeNull();
        HostProcesses.With($"p38-{ProcessIdentity.Own}").ShouldBeEmpty();
        Directory.GetDirectories(Path.GetDirectoryName(RunFolders.NextPath(new SandboxOptions()))!).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_IsNotStarted_WhenThereIsNoSuchProgram()
    {
        var outcome = await SandboxFixture.RunAsync(Sandbox, new SandboxSpec { Program = "/usr/bin/nobody-has-this" });

        outcome.Exit.ShouldBeOfType<SandboxExit.NotStarted>().Reason.ShouldContain("no such file");
    }

    [Fact]
    public async Task Run_HasNoMoreProcessesAndRoomThanItMay()
    {
        const string Code = """
            import os, time
            made = 0
            try:
                while made < 100:
                    if os.fork() == 0:
                        time.sleep(60)
                    made += 1
            except OSError:
                pass
            room = 0
            try:
                while room < 100:
                    open(f"/tmp/{room}", "wb").write(bytes(1 << 20))
                    room += 1
            except OSError:
                pass
            print(made, room)
            """;
        var limits = new SandboxLimits { Processes = 12, ScratchBytes = 4 * 1024 * 1024 };

        var outcome = await SandboxFixture.RunAsync(Sandbox, SandboxFixture.Python(Code, limits));

        (outcome.Exit.Level, outcome.Output).ShouldBe((SandboxLevel.Vm, "11 4\n"), $"{outcome.Exit} {outcome.Log}");
    }

    [Fact]
    public async Task Run_HasNoMoreOfTheProcessorThanItMay_AsTheMachineCountsIt()
    {
        const string Code = """
            import hashlib, threading
            def work():
                while True:
                    hashlib.sha256(bytes(1 << 20))
            for _ in range(8):
                threading.Thread(target=work).start()
            """;
        var limits = new SandboxLimits { CpuPercent = 20, Timeout = TimeSpan.FromSeconds(10) };

        var outcome = await SandboxFixture.RunAsync(Sandbox, SandboxFixture.Python(Code, limits));

        var usage = outcome.Exit.ShouldBeOfType<SandboxExit.TimedOut>(outcome.Log).Usage;
        (usage.CpuTime!.Value / usage.WallTime).ShouldBeInRange(0.02, 0.25);
    }

    [Fact]
    public async Task Run_DiesWithThePlatform_WhenThePlatformIsKilled()
    {
        using var platform = SmallPlatform.Start("hold", "Vm", "mark");
        var up = await platform.StandardOutput.ReadLineAsync(CancellationToken);
        var name = $"-{platform.Id}-";
        var before = HostProcesses.With(name).Count;

        platform.Kill();
        await platform.WaitForExitAsync(CancellationToken);

        up.ShouldBe("Vm up");
        before.ShouldBeGreaterThan(2);
        (await HostProcesses.BecomesTrueAsync(() => HostProcesses.With(name).Count == 0, Patience)).ShouldBeTrue();
    }

    private static string Tell(SandboxExit exit) =>
        exit switch
        {
            SandboxExit.Exited exited => $"Exited {exited.Code}",
            SandboxExit.Signalled signalled => $"Signalled {signalled.Signal}",
            _ => exit.GetType().Name,
        };
}
