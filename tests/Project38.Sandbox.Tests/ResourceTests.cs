using System.Globalization;
using static Project38.Sandbox.Tests.SandboxFixture;

namespace Project38.Sandbox.Tests;

/// <summary>What a program can take of the machine.</summary>
[Collection("alone")]
public sealed class ResourceTests(SandboxFixture sandboxes)
{
    public static TheoryData<SandboxLevel> Levels => [.. SandboxFixture.Levels];

    public static TheoryData<SandboxLevel, string> Folders =>
        new(
            SandboxFixture.Levels.SelectMany(level =>
                new[] { "/work", "/tmp", "/dev/shm" }.Select(path => (level, path))
            )
        );

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_GetsHalfACore_WhenItIsBusy(SandboxLevel level)
    {
        const string Code = """
            import time
            start = time.monotonic()
            while time.monotonic() - start < 2:
                pass
            print(time.process_time() / 2)
            """;

        var outcome = await sandboxes.RunAsync(level, Python(Code));

        // A machine that is busy itself gives less, whatever the limit.
        var share = double.Parse(outcome.Output, CultureInfo.InvariantCulture);
        if (level == SandboxLevel.NoCgroup)
        {
            share.ShouldBeInRange(0.05, 1.1); // one core and no more, since it may not fork
            return;
        }

        share.ShouldBeInRange(0.05, 0.65);
        outcome.Exit.Usage.CpuTime.ShouldNotBeNull().TotalSeconds.ShouldBeInRange(share * 2, (share * 2) + 0.5);
    }

    [Theory, MemberData(nameof(Folders))]
    public async Task Run_CannotKeepMoreInFilesThanItMay_WhereverItWrites(SandboxLevel level, string folder)
    {
        var code = $"""
            try:
                for n in range(100):
                    open('{folder}/' + str(n), 'wb').write(bytes(1 << 20))
            except OSError as error:
                print(n, error.errno)
            """;
        var limits =
            level == SandboxLevel.NoCgroup
                ? new SandboxLimits { ScratchBytes = 8 << 20 }
                : new SandboxLimits { MemoryBytes = 20 << 20 };

        var outcome = await sandboxes.RunAsync(level, Python(code, limits));

        if (level == SandboxLevel.NoCgroup)
        {
            // Nobody counts these files as memory there, so their size is all that holds them.
            outcome.Output.ShouldBe("8 28\n");
            return;
        }

        outcome.Exit.ShouldBeOfType<SandboxExit.OutOfMemory>();
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_GetsAnErrorItCanHandle_WhenACallIsRefused(SandboxLevel level)
    {
        const string Code = """
            import os, socket
            calls = [
                lambda: os.setuid(0),
                lambda: os.chroot('/tmp'),
                lambda: os.chown('/work', 0, 0),
                lambda: os.mkfifo('/work/fifo'),
                lambda: os.nice(-5),
                lambda: os.setns(0),
                lambda: os.pidfd_open(1),
                lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
                lambda: os.setxattr('/work', 'user.x', b'1'),
                lambda: socket.create_connection(('127.0.0.1', 80)),
            ]
            for number, call in enumerate(calls):
                try:
                    call()
                    print(number, 'went through')
                except OSError:
                    pass
                except AttributeError:
                    pass  # a Python that does not know the call
            print('still here')
            """;

        var outcome = await sandboxes.RunAsync(level, Python(Code));

        outcome.Output.ShouldBe("still here\n", outcome.Log);
        outcome.Exit.ShouldBeOfType<SandboxExit.Exited>().Code.ShouldBe(0);
    }
}
