using System.Globalization;
using static Project38.Sandbox.Tests.SandboxFixture;

namespace Project38.Sandbox.Tests;

/// <summary>What a program inside can see, reach and use up.</summary>
public sealed class ContainmentTests(SandboxFixture sandboxes)
{
    public static TheoryData<SandboxLevel> Levels => [.. SandboxFixture.Levels];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_SeesNoHostFiles_WhenItLists(SandboxLevel level)
    {
        var said = await SayAsync(
            level,
            "import os; print(sorted(os.listdir('/')), os.listdir('/etc'), os.listdir('/work'))"
        );

        said.ShouldNotContain("root");
        said.ShouldNotContain("home");
        said.ShouldNotContain("passwd");
        said.ShouldEndWith("['ld.so.cache'] []");
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_HasOnlyTheEnvironmentOfItsSpec_WhenThePlatformHasMore(SandboxLevel level)
    {
        Environment.SetEnvironmentVariable("P38_TEST_SECRET", "leak");

        var said = await SayAsync(
            level,
            "print(sorted(k for k in __import__('os').environ if k not in ('PWD', 'LC_CTYPE')))"
        );

        said.ShouldBe("['HOME', 'LANG', 'PATH']");
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_HasThreeDescriptors_WhenThePlatformLeaksOne(SandboxLevel level)
    {
        // As a native library would open it: inherited on exec.
        var leaked = InheritedDescriptor.Open();

        var said = await SayAsync(
            level,
            "import os; print([n for n in range(256) if os.path.exists(f'/proc/self/fd/{n}')])"
        );

        InheritedDescriptor.Close(leaked).ShouldBe(0);
        said.ShouldBe("[0, 1, 2]");
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_SeesItsOwnProcessesOnly_WhenItLooksAtProc(SandboxLevel level)
    {
        var said = await SayAsync(level, "import os; print(sum(n.isdigit() for n in os.listdir('/proc')))");

        said.ShouldBe("2"); // bubblewrap's init and itself
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_HasNoNetwork_WhenItOpensASocket(SandboxLevel level)
    {
        const string Code = """
            import socket
            for family in range(46):
                try:
                    socket.socket(family, socket.SOCK_DGRAM)
                    print('opened', family)
                except OSError as error:
                    if error.errno != 97: print(family, error)
            try:
                socket.socketpair(socket.AF_INET)
            except OSError as error:
                print(error.errno)
            a, b = socket.socketpair()
            a.send(b'pair')
            print(b.recv(9).decode(), [line.split(':')[0].strip() for line in open('/proc/net/dev').readlines()[2:]])
            """;

        var said = await SayAsync(level, Code);

        said.ShouldBe("97\npair ['lo']");
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_CannotWriteKernelSettings_WhenItTries(SandboxLevel level)
    {
        const string Code = """
            for path in ('/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/proc/sys/kernel/hostname',
                         '/usr/x', '/x', '/dev/x', '/etc/ld.so.cache'):
                try:
                    open(path, 'w')
                    print(path)
                except OSError:
                    pass
            print('done')
            """;

        var said = await SayAsync(level, Code);

        said.ShouldBe("done");
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_IsNobodyInParticular_WhenSeenFromBothSides(SandboxLevel level)
    {
        var mark = Guid.NewGuid().ToString("N");
        var spec = Python($"import os; print(os.getuid(), os.geteuid(), os.getgid(), flush=True); input() # {mark}");

        await using var process = await sandboxes[level].StartAsync(spec, CancellationToken);
        using var reader = new StreamReader(process.Output);
        var inside = await reader.ReadLineAsync(CancellationToken);
        var status = HostProcesses.With(mark).Select(pid => HostProcesses.Read(pid, "status")).ToList();

        inside.ShouldBe("1000 1000 1000");
        status.Count.ShouldBe(3); // bubblewrap outside and inside, and the program
        var uids = status.Select(text =>
            text.Split('\n').Single(line => line.StartsWith("Uid:", StringComparison.Ordinal))
        );
        uids.ShouldAllBe(line => !line.Split('\t').Skip(1).Contains("0"));
        status.ShouldAllBe(text => text.Contains("CapEff:\t0000000000000000") || text.Contains("bwrap"));
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_SharesNoUid_WhenAnotherRunsBesideIt(SandboxLevel level)
    {
        var marks = Enumerable.Range(0, 3).Select(_ => Guid.NewGuid().ToString("N")).ToList();
        var processes = new List<SandboxProcess>();
        foreach (var mark in marks)
        {
            var process = await sandboxes[level].StartAsync(Python($"print(1); input() # {mark}"), CancellationToken);
            processes.Add(process);
            await process.Output.ReadExactlyAsync(new byte[2], CancellationToken);
        }

        var uids = marks.Select(mark =>
            HostProcesses.Read(HostProcesses.With(mark)[0], "status").Split("Uid:\t")[1].Split('\t')[0]
        );

        // A platform that is not root has one uid only, its own.
        uids.Distinct().Count().ShouldBe(Environment.UserName == "root" ? 3 : 1);
        processes.ForEach(process => process.Kill());
        await Task.WhenAll(processes.Select(process => process.DisposeAsync().AsTask()));
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_IsHeldAtItsProcesses_WhenItForksForever(SandboxLevel level)
    {
        const string Code = """
            import os, time
            count = 0
            try:
                while count < 500:
                    if os.fork() == 0:
                        time.sleep(600)
                    count += 1
            except OSError as error:
                print(count, error.errno)
            """;

        var said = await SayAsync(level, Code);

        var (count, error) = (int.Parse(said.Split(' ')[0], CultureInfo.InvariantCulture), said.Split(' ')[1]);
        if (level == SandboxLevel.NoCgroup)
        {
            count.ShouldBe(0);
            error.ShouldBe("1"); // EPERM, from the filter
        }
        else
        {
            count.ShouldBeInRange(50, 63);
            error.ShouldBe("11"); // EAGAIN, from the cgroup
        }
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_MayUseThreads_WhenItMayNotFork(SandboxLevel level)
    {
        var said = await SayAsync(
            level,
            "import threading as t; x = t.Thread(target=print, args=('hi',)); x.start(); x.join()"
        );

        said.ShouldBe("hi");
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_GoesOn_WhenItsDiskIsFull(SandboxLevel level)
    {
        const string Code = """
            import os
            for folder in ('/work', '/tmp', '/dev/shm'):
                try:
                    n = 0
                    with open(folder + '/big', 'wb', 0) as file:
                        while True:
                            n += file.write(bytes(65536))
                except OSError as error:
                    print(error.errno, n <= 4 << 20)
                os.remove(folder + '/big')
                open(folder + '/small', 'w').write('fits again')
            """;
        var limits = new SandboxLimits { ScratchBytes = 4 * 1024 * 1024 };

        var outcome = await sandboxes.RunAsync(level, Python(Code, limits));

        // 28 is ENOSPC; 27, EFBIG, is what one file of that very size may meet first.
        outcome
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldAllBe(line => line == "28 True" || line == "27 True");
        outcome.Exit.ShouldBeOfType<SandboxExit.Exited>().Code.ShouldBe(0, outcome.Log);
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_CannotMakeNamespaces_WhenItTriesEveryCall(SandboxLevel level)
    {
        const string Code = """
            import ctypes, os
            libc = ctypes.CDLL(None, use_errno=True)
            for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000, 0x80):
                assert libc.unshare(flag) == -1 and ctypes.get_errno() == 1, flag
            if os.uname().machine == 'x86_64':
                for flag in (0x20000, 0x10000000, 0x40000000):
                    assert libc.syscall(56, flag | 17, 0, 0, 0, 0) == -1 and ctypes.get_errno() == 1, flag
            assert libc.syscall(435, 0, 0) == -1 and ctypes.get_errno() == 38
            assert libc.mount(b'x', b'/tmp', b'tmpfs', 0, None) == -1 and ctypes.get_errno() == 1
            for request in (0x5412, 0x7700005412, 0x541C):
                assert libc.ioctl(0, ctypes.c_ulong(request), b'x') == -1 and ctypes.get_errno() == 1, request
            assert libc.syscall(9999) == -1 and ctypes.get_errno() == 38
            print('refused')
            """;

        var said = await SayAsync(level, Code);

        said.ShouldBe("refused");
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_SeesMountsAndFilesReadOnly_WhenItsSpecHasThem(SandboxLevel level)
    {
        var folder = Directory.CreateTempSubdirectory("p38-test-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0x1ED);
        await File.WriteAllTextAsync(Path.Combine(folder, "lib.txt"), "library", CancellationToken);
        var spec = Python(
            """
            print(open('/p38/lib.txt').read(), len(open('/app/big').read()), open('/app/שם.txt').read())
            for path in ('/p38/lib.txt', '/p38/new', '/app/big', '/app/new'):
                try:
                    open(path, 'w')
                    print('wrote', path)
                except OSError:
                    pass
            """
        ) with
        {
            Mounts = [new SandboxMount(folder, "/p38")],
            Files =
            [
                new SandboxFile(
                    "/app/big",
                    new byte[3_000_000]
                        .Select(_ => (byte)'x')
                        .ToArray()
                ),
                new SandboxFile("/app/שם.txt", "שלום"u8.ToArray()),
            ],
        };

        var outcome = await sandboxes.RunAsync(level, spec);

        Directory.Delete(folder, recursive: true);
        outcome.Output.Trim().ShouldBe("library 3000000 שלום", outcome.Log);
    }

    private async Task<string> SayAsync(SandboxLevel level, string code)
    {
        var outcome = await sandboxes.RunAsync(level, Python(code));
        outcome.Exit.ShouldBeOfType<SandboxExit.Exited>().Code.ShouldBe(0, outcome.Log);
        return outcome.Output.Trim();
    }
}
