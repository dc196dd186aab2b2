using System.Text;

namespace Project38.Sandbox.Tests;

/// <summary>What a run used up without being ended for it is told apart, however it was started.</summary>
public sealed class ExhaustedTests
{
    private const long Space = 1024 * 1024;

    // At degraded the folders are the machine's, and have no end of their own.
    private static readonly SandboxWay[] s_ways =
    [
        .. SandboxFixture.Ways.Where(way => way.Level > SandboxLevel.Degraded),
    ];

    public static TheoryData<string> Ways => [.. s_ways.Select(way => way.Name)];

    public static TheoryData<string> ForkedWays =>
        [.. s_ways.Where(way => way.Fork is not null).Select(way => way.Name)];

    public static TheoryData<string, string> WaysByFolder =>
        new(Ways.SelectMany(way => new[] { "/work", "/tmp", "/dev/shm" }.Select(folder => (way.Data, folder))));

    [Theory, MemberData(nameof(WaysByFolder))]
    public async Task Exhausted_NamesSpace_WhenAFolderIsFull(string way, string folder)
    {
        var code = $$"""
            import errno, sys
            try:
                with open("{{folder}}/file", "wb", buffering=0) as file:
                    while True:
                        file.write(bytes(4096))
            except OSError as error:
                sys.exit(error.errno)
            """;

        var exit = await RunAsync(way, code);

        exit.ShouldBeOfType<SandboxExit.Exited>().Code.ShouldBeOneOf(27, 28); // EFBIG, ENOSPC
        exit.Exhausted.ShouldBe([SandboxResource.Space]);
        exit.Usage.ScratchBytes.ShouldBe(Space);
    }

    // bubblewrap's own folders have no limit of files.
    [Theory, MemberData(nameof(ForkedWays))]
    public async Task Exhausted_NamesSpace_WhenThereIsRoomForNoMoreFiles(string way)
    {
        const string Code = """
            import sys
            try:
                for number in range(10 ** 6):
                    open(f"/tmp/{number}", "x").close()
            except OSError as error:
                sys.exit(error.errno)
            """;

        var exit = await RunAsync(way, Code);

        exit.ShouldBeOfType<SandboxExit.Exited>().Code.ShouldBe(28);
        exit.Exhausted.ShouldBe([SandboxResource.Space]);
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Exhausted_NamesProcesses_WhereACgroupCountsThem(string way)
    {
        const string Code = """
            import threading, time
            try:
                for _ in range(100):
                    threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
            except RuntimeError as error:
                print(error)
            """;

        var exit = await RunAsync(way, Code);

        exit.ShouldBeOfType<SandboxExit.Exited>().Code.ShouldBe(0);
        exit.Exhausted.ShouldBe(exit.Level < SandboxLevel.Full ? [] : [SandboxResource.Processes]);
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Exhausted_NamesProcesses_WhenTheRunIsOutOfTime(string way)
    {
        const string Code = """
            import threading, time
            while True:
                try:
                    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
                except RuntimeError:
                    time.sleep(600)
            """;

        var exit = await RunAsync(way, Code, new SandboxLimits { Processes = 16, Timeout = TimeSpan.FromSeconds(5) });

        exit.ShouldBeOfType<SandboxExit.TimedOut>();
        exit.Exhausted.ShouldBe(exit.Level < SandboxLevel.Full ? [] : [SandboxResource.Processes]);
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Run_ComesToItsEnd_WithTheLeastProcesses(string way)
    {
        var exit = await RunAsync(way, "print(1)", new SandboxLimits { Processes = SandboxLimits.LeastProcesses });

        exit.ShouldBeOfType<SandboxExit.Exited>().Code.ShouldBe(0);
        exit.Exhausted.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Run_IsRefused_WithFewerThanTheLeastProcesses(string way)
    {
        var few = new SandboxLimits { Processes = SandboxLimits.LeastProcesses - 1 };

        var refusal = await Should.ThrowAsync<ArgumentException>(() => RunAsync(way, "print(1)", few));

        refusal.Message.ShouldContain($"Processes must be {SandboxLimits.LeastProcesses} at least");
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Usage_CountsWhatFilesTake_WhenNothingIsUsedUp(string way)
    {
        const string Code = """
            import os
            for folder in ("/work", "/tmp", "/dev/shm"):
                os.mkdir(f"{folder}/in")
                open(f"{folder}/in/file", "wb").write(bytes(10_000))
            open("/tmp/gone", "wb").write(bytes(100_000))
            os.remove("/tmp/gone")
            print("said")
            """;

        var exit = await RunAsync(way, Code);

        exit.ShouldBeOfType<SandboxExit.Exited>().Code.ShouldBe(0);
        exit.Exhausted.ShouldBeEmpty();
        exit.Usage.ScratchBytes.ShouldBe(3 * 3 * 4096);
        // Of its output what somebody has read by then.
        exit.Usage.WrittenBytes.ShouldBe((3 * 3 * 4096) + exit.Usage.OutputBytes);
    }

    private static Task<SandboxExit> RunAsync(string way, string code) =>
        RunAsync(way, code, new SandboxLimits { ScratchBytes = Space, Processes = 16 });

    private static async Task<SandboxExit> RunAsync(string way, string code, SandboxLimits limits)
    {
        var spec = new SandboxSpec
        {
            Program = ForkImage.Program,
            Arguments = [.. ForkImage.Flags, "/app/main.py"],
            Files = [new SandboxFile("/app/main.py", Encoding.UTF8.GetBytes(code))],
            Limits = limits,
        };
        return (await s_ways.Single(each => each.Name == way).RunAsync(spec)).Exit;
    }
}
