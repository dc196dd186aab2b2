using static Project38.Sandbox.Tests.SandboxFixture;

namespace Project38.Sandbox.Tests;

/// <summary>Every ending is told from every other.</summary>
public sealed class EndingTests(SandboxFixture sandboxes)
{
    public static TheoryData<SandboxLevel> Levels => [.. SandboxFixture.Levels];

    public static TheoryData<SandboxLevel> LevelsOfTheMachinesKernel =>
        [.. SandboxFixture.Levels.Where(level => level != SandboxLevel.Vm)];

    public static TheoryData<SandboxLevel, int> LevelsByDescriptor =>
        new(SandboxFixture.Levels.SelectMany(level => new[] { 1, 2 }.Select(descriptor => (level, descriptor))));

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Levels))]
    public async Task StartAsync_CarriesAllThreeStreams_WhenAProgramUsesThem(SandboxLevel level)
    {
        var spec = Python("import sys; print('out', input()); print('שלום', file=sys.stderr)");

        var outcome = await sandboxes.RunAsync(level, spec, "in\n");

        outcome.Exit.ShouldBeOfType<SandboxExit.Exited>().Code.ShouldBe(0);
        outcome.Output.ShouldBe("out in\n");
        outcome.Log.ShouldBe("שלום\n");
        outcome.Exit.Level.ShouldBe(level);
        outcome.Exit.Usage.OutputBytes.ShouldBe(7);
        outcome.Exit.Usage.LogBytes.ShouldBe(9);
        if (level <= SandboxLevel.NoCgroup)
        {
            outcome.Exit.Usage.CpuTime.ShouldBeNull();
            outcome.Exit.Usage.PeakMemoryBytes.ShouldBeNull();
            return;
        }

        outcome.Exit.Usage.CpuTime.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.Zero);
        outcome.Exit.Usage.PeakMemoryBytes.ShouldNotBeNull().ShouldBeInRange(1_000_000, 256_000_000);
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Completion_TellsTheCode_WhenAProgramExits(SandboxLevel level)
    {
        var outcome = await sandboxes.RunAsync(level, Shell("exit 42"));

        outcome.Exit.ShouldBeOfType<SandboxExit.Exited>().Code.ShouldBe(42);
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Completion_TellsTheCode_WhenAProgramMakesASessionOfItsOwn(SandboxLevel level)
    {
        var outcome = await sandboxes.RunAsync(level, Python("import os; os.setsid()"));

        // There it is the first of a session already: it shares the machine's.
        var expected = level == SandboxLevel.Degraded ? 1 : 0;
        outcome.Exit.ShouldBeOfType<SandboxExit.Exited>().Code.ShouldBe(expected);
    }

    // gVisor itself tells the two in one number.
    [Theory, MemberData(nameof(LevelsOfTheMachinesKernel))]
    public async Task Completion_TellsTheCode_WhenItIsWhatAShellSaysOfASignal(SandboxLevel level)
    {
        var outcome = await sandboxes.RunAsync(level, Python("raise SystemExit(137)"));

        outcome.Exit.ShouldBeOfType<SandboxExit.Exited>().Code.ShouldBe(137);
    }

    [Theory, MemberData(nameof(LevelsOfTheMachinesKernel))]
    public async Task Completion_TellsTheCode_WhenAProgramWritesToTheFirstProcess(SandboxLevel level)
    {
        // All that the first process has on its stack and in its data, in which it keeps how a program ended.
        const string Code = """
            import os, sys
            for name in "maps", "mem", "environ", "fd/0", "fd/3":
                try:
                    os.open(f"/proc/1/{name}", os.O_RDWR if name == "mem" else os.O_RDONLY)
                    print("opened", name)
                except OSError:
                    pass
            try:
                places = [line.split()[0].split("-") for line in open("/proc/1/maps") if " rw-p " in line]
                memory = os.open("/proc/1/mem", os.O_RDWR)
                for first, last in places:
                    for place in range(int(first, 16), int(last, 16), 4):
                        try:
                            if os.pread(memory, 4, place) == bytes(4):
                                os.pwrite(memory, b"\1\0\0\0", place)
                        except OSError:
                            pass
            except OSError:
                pass
            sys.exit(42)
            """;

        var outcome = await sandboxes.RunAsync(level, Python(Code));

        outcome.Output.ShouldBe("");
        outcome.Exit.ShouldBeOfType<SandboxExit.Exited>().Code.ShouldBe(42);
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Completion_TellsTheSignal_WhenOneEndsAProgram(SandboxLevel level)
    {
        var outcome = await sandboxes.RunAsync(level, Python("import os; os.kill(os.getpid(), 11)"));

        outcome.Exit.ShouldBeOfType<SandboxExit.Signalled>().Signal.ShouldBe(11);
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Completion_IsTimedOut_WhenAProgramWaitsForever(SandboxLevel level)
    {
        var limits = new SandboxLimits { Timeout = TimeSpan.FromSeconds(1) };

        var outcome = await sandboxes.RunAsync(level, Python("import time; time.sleep(60)", limits));

        outcome.Exit.ShouldBeOfType<SandboxExit.TimedOut>().Limit.ShouldBe(limits.Timeout);
        // A timer counts in whole milliseconds of another clock than the one that measures, and was seen 0.6 ms early.
        outcome.Exit.Usage.WallTime.ShouldBeInRange(TimeSpan.FromSeconds(0.99), TimeSpan.FromSeconds(5));
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Completion_IsOutOfMemory_WhenOneProcessTakesMore(SandboxLevel level)
    {
        var limits = new SandboxLimits { MemoryBytes = 64 * 1024 * 1024 };

        var outcome = await sandboxes.RunAsync(level, Python("b = bytearray(300_000_000)", limits));

        if (level <= SandboxLevel.NoCgroup)
        {
            // The kernel refuses the memory there, and what the program makes of that is its own affair.
            outcome.Exit.ShouldBeOfType<SandboxExit.Exited>().Code.ShouldBe(1);
            outcome.Log.ShouldContain("MemoryError");
            return;
        }

        outcome.Exit.ShouldBeOfType<SandboxExit.OutOfMemory>().LimitBytes.ShouldBe(limits.MemoryBytes);
        outcome
            .Exit.Usage.PeakMemoryBytes.ShouldNotBeNull()
            .ShouldBeInRange(limits.MemoryBytes / 2, limits.MemoryBytes);
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Completion_IsOutOfMemorySoon_WhenManyChildrenTakeALittleEach(SandboxLevel level)
    {
        const string Code = """
            import os, time
            for _ in range(40):
                if os.fork() == 0:
                    kept = [bytes(1000) + bytes([i % 256]) for i in range(4000)]
                    time.sleep(600)
            time.sleep(600)
            """;
        var limits = new SandboxLimits { MemoryBytes = 64 * 1024 * 1024, CpuPercent = 100 };

        var outcome = await sandboxes.RunAsync(level, Python(Code, limits));

        if (level <= SandboxLevel.NoCgroup)
        {
            outcome.Log.ShouldContain("PermissionError"); // no children at all
            return;
        }

        outcome.Exit.ShouldBeOfType<SandboxExit.OutOfMemory>();
        outcome.Exit.Usage.WallTime.ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    [Theory, MemberData(nameof(LevelsByDescriptor))]
    public async Task Completion_IsOutputExceeded_WhenAProgramPrintsForever(SandboxLevel level, int descriptor)
    {
        var limits = new SandboxLimits { LogBytes = 200_000, OutputBytes = 300_000 };

        var outcome = await sandboxes.RunAsync(
            level,
            Python($"import os\nwhile True: os.write({descriptor}, b'x' * 80)", limits)
        );

        outcome
            .Exit.ShouldBeOfType<SandboxExit.OutputExceeded>()
            .LimitBytes.ShouldBe(descriptor == 1 ? limits.OutputBytes : limits.LogBytes);
        outcome.Log.Length.ShouldBeLessThanOrEqualTo(200_000);
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Completion_IsTimedOut_WhenNobodyReadsEndlessOutput(SandboxLevel level)
    {
        var limits = new SandboxLimits { Timeout = TimeSpan.FromSeconds(1) };

        await using var process = await sandboxes[level]
            .StartAsync(Python("import os\nwhile True: os.write(1, b'x' * 9999)", limits), CancellationToken);
        var exit = await process.Completion;

        exit.ShouldBeOfType<SandboxExit.TimedOut>();
        exit.Usage.OutputBytes.ShouldBe(0);
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Kill_EndsARun_WhenCalledTwiceAndAfterTheEnd(SandboxLevel level)
    {
        await using var process = await sandboxes[level].StartAsync(Shell("read line"), CancellationToken);

        process.Kill();
        process.Kill();
        var exit = await process.Completion;
        process.Kill();

        exit.ShouldBeOfType<SandboxExit.Killed>();
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Kill_EndsARun_AtAnyMomentOfItsStart(SandboxLevel level)
    {
        for (var round = 0; round < 40; round++)
        {
            await using var process = await sandboxes[level].StartAsync(Shell("read line"), CancellationToken);

            await Task.Delay(TimeSpan.FromMilliseconds(round / 2), CancellationToken);
            process.Kill();

            (await process.Completion).ShouldBeOfType<SandboxExit.Killed>();
        }
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Kill_ChangesNothing_WhenTheRunHasEnded(SandboxLevel level)
    {
        await using var process = await sandboxes[level].StartAsync(Shell("exit 3"), CancellationToken);
        var exit = await process.Completion;

        process.Kill();

        (await process.Completion).ShouldBeSameAs(exit);
        exit.ShouldBeOfType<SandboxExit.Exited>().Code.ShouldBe(3);
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Completion_IsNotStarted_WhenThereIsNoSuchProgram(SandboxLevel level)
    {
        var outcome = await sandboxes.RunAsync(level, new SandboxSpec { Program = "/usr/bin/no-such-program" });

        outcome.Exit.ShouldBeOfType<SandboxExit.NotStarted>().Reason.ShouldContain("no-such-program");
    }
}
