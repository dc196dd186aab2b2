using static Project38.Sandbox.Tests.SandboxFixture;

namespace Project38.Sandbox.Tests;

/// <summary>What a program inside is, and what it may have. What it may not is in <see cref="Attacks"/>.</summary>
public sealed class ContainmentTests(SandboxFixture sandboxes)
{
    public static TheoryData<SandboxLevel> Levels => [.. SandboxFixture.Levels];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_MayUseSocketPairs_WhenItMayOpenNoSocket(SandboxLevel level)
    {
        const string Code = """
            import socket
            a, b = socket.socketpair()
            a.send(b'pair')
            print(b.recv(9).decode())
            """;

        var said = await SayAsync(level, Code);

        said.ShouldBe("pair");
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
    public async Task Run_MayUseThreads_WhenItMayNotFork(SandboxLevel level)
    {
        var said = await SayAsync(
            level,
            "import threading as t; x = t.Thread(target=print, args=('hi',)); x.start(); x.join()"
        );

        said.ShouldBe("hi");
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
