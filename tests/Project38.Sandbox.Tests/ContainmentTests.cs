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

        if (level == SandboxLevel.Degraded)
        {
            // Inside it is who it is outside, and what watches it is the platform's own.
            var program = status.Single(text => text.Contains("Seccomp:\t2"));
            inside!.Split(' ').ShouldBe(Enumerable.Repeat(Uids(program)[0], 3));
            status = [program];
        }
        else
        {
            inside.ShouldBe("1000 1000 1000");
            status.Count.ShouldBe(3); // bubblewrap outside and inside, and the program
        }

        status.ShouldAllBe(text => !Uids(text).Contains("0"));
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

        var uids = marks.Select(mark => Uids(HostProcesses.Read(HostProcesses.With(mark).Max(), "status"))[0]);

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
            import sys
            library, big, name, *new = sys.argv[1:]
            print(open(library).read(), len(open(big).read()), open(name).read())
            for path in (library, big, name, *new):
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

        // As arguments, since at level degraded they are at other places.
        string[] paths = ["/p38/lib.txt", "/app/big", "/app/שם.txt", "/p38/new", "/app/new"];
        var outcome = await sandboxes.RunAsync(level, spec with { Arguments = [.. spec.Arguments, .. paths] });

        Directory.Delete(folder, recursive: true);
        outcome.Output.Trim().ShouldBe("library 3000000 שלום", outcome.Log);
    }

    private static string[] Uids(string status) => status.Split("Uid:\t")[1].Split('\n')[0].Split('\t');

    private async Task<string> SayAsync(SandboxLevel level, string code)
    {
        var outcome = await sandboxes.RunAsync(level, Python(code));
        outcome.Exit.ShouldBeOfType<SandboxExit.Exited>().Code.ShouldBe(0, outcome.Log);
        return outcome.Output.Trim();
    }
}
