using System.Text;

namespace Project38.Sandbox.Tests.Forking;

/// <summary>A program that is forked sees what one sees that is started anew, and ends as that one does.</summary>
public sealed class ForkedRunTests(SandboxFixture sandboxes)
{
    // EPERM, EAFNOSUPPORT, EPERM
    private static readonly string[] Errors = ["1", "97", "1"];

    public static TheoryData<SandboxLevel> Levels => [.. SandboxFixture.ForkingLevels];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Levels))]
    public async Task Report_SaysThatProgramsAreForked(SandboxLevel level)
    {
        var report = await sandboxes[level].ReportAsync(CancellationToken);

        var fact = report.Facts.Single(fact => fact.Name == "fork server");
        fact.Works.ShouldBeTrue(fact.Detail);
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Program_SeesTheSame_WhenItIsForked(SandboxLevel level)
    {
        const string Code = """
            import os, sys
            print(sorted(os.listdir('/')), os.listdir('/etc'), os.listdir('/work'), os.getcwd(), sys.argv, sys.path)
            print(os.getpid(), os.getppid(), os.getuid(), os.getgid(), sorted((k, v) for k, v in os.environ.items() if k != 'PWD'), os.uname().nodename)
            print([n for n in range(256) if os.path.exists(f'/proc/self/fd/{n}')], __name__, __file__)
            print([line for line in open('/proc/self/status') if line[:3] in ('Cap', 'Uid', 'NoN')])
            print(input())
            sys.stderr.write('logged')
            """;

        var forked = await RunAsync(level, Code, isForked: true, "said\n");
        var fresh = await RunAsync(level, Code, isForked: false, "said\n");

        forked.Exit.Start.ShouldBe(SandboxStart.Forked);
        fresh.Exit.Start.ShouldBe(SandboxStart.Fresh);
        forked.Output.Split('\n').ShouldBe(fresh.Output.Split('\n'));
        forked.Log.ShouldBe(fresh.Log);
        forked.Exit.ShouldBeOfType<SandboxExit.Exited>().Code.ShouldBe(0);
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Program_SeesTheSame_WhereMountsLieInFolders(SandboxLevel level)
    {
        const string Code = """
            import os
            for at in ('/deep', '/deep/er', '/deep/er/bin', '/deep/one', '/app'):
                print(at, oct(os.stat(at).st_mode), os.path.isdir(at) and sorted(os.listdir(at))[:3])
            """;
        SandboxMount[] mounts = [new("/usr/bin", "/deep/er/bin"), new("/usr/bin/env", "/deep/one")];

        var forked = await RunAsync(level, Code, isForked: true, mounts: mounts);
        var fresh = await RunAsync(level, Code, isForked: false, mounts: mounts);

        forked.Exit.Start.ShouldBe(SandboxStart.Forked);
        fresh.Output.ShouldContain("/deep/er 0o40755 ['bin']", customMessage: fresh.Log);
        forked.Output.ShouldBe(fresh.Output);
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Program_EndsTheSame_WhenItIsForked(SandboxLevel level)
    {
        string[] programs =
        [
            "import sys; sys.exit(7)",
            "import sys; sys.exit('why')",
            "1 / 0",
            "def f(:",
            "import os; os.kill(os.getpid(), 9)",
            "import os; os.abort()",
            "import atexit; atexit.register(print, 'at exit'); print('end')",
            "import threading, time; threading.Thread(target=lambda: (time.sleep(0.2), print('late'))).start()",
        ];
        foreach (var program in programs)
        {
            var forked = await RunAsync(level, program, isForked: true);
            var fresh = await RunAsync(level, program, isForked: false);

            (Ending(forked), forked.Output, forked.Log).ShouldBe((Ending(fresh), fresh.Output, fresh.Log), program);
        }
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Exit_NamesWhatWasRefused_OnceAndInOrder(SandboxLevel level)
    {
        const string Code = """
            import os, socket
            for _ in range(3):
                for refused in (lambda: os.chroot('/'), socket.socket, lambda: os.setpriority(0, 0, 0)):
                    try:
                        refused()
                    except OSError as error:
                        print(error.errno)
            """;

        var outcome = await RunAsync(level, Code, isForked: true);

        outcome
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe([.. Enumerable.Repeat(Errors, 3).SelectMany(all => all)]);
        outcome.Exit.Refused.ShouldBe(["chroot", "socket", "setpriority"]);
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Program_HasNoMemoryThatOthersSee(SandboxLevel level)
    {
        const string Code =
            "print([line for line in open('/proc/self/maps') if line.split()[1].endswith('s') and 'w' in line.split()[1]])";

        var forked = await RunAsync(level, Code, isForked: true);

        forked.Exit.Start.ShouldBe(SandboxStart.Forked);
        forked.Output.Trim().ShouldBe("[]");
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Programs_ShareNothing_WhenTheyAreForkedAtOnce(SandboxLevel level)
    {
        const string Code = """
            import os, random, sys
            open('/work/left', 'x').close(); open('/tmp/left', 'x').close(); open('/dev/shm/left', 'x').close()
            print(random.random(), os.urandom(8).hex(), os.getpid(), len(os.listdir('/proc/1/task')))
            """;
        await RunAsync(level, "pass", isForked: true);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => RunAsync(level, Code, isForked: true)));

        outcomes.ShouldAllBe(outcome =>
            outcome.Exit is SandboxExit.Exited && outcome.Exit.Start == SandboxStart.Forked
        );
        outcomes.Select(outcome => outcome.Output.Split(' ')[0]).Distinct().Count().ShouldBe(12);
        outcomes.ShouldAllBe(outcome => outcome.Output.EndsWith(" 2 1\n", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Levels))]
    public async Task Program_ReachesNeitherSiblingNorServer_WhenAllAreOfOneServer(SandboxLevel level)
    {
        const string Sibling = """
            import os
            open('/tmp/own', 'w').write('own')
            print('up', flush=True)
            print(input(), os.listdir('/tmp'))
            """;
        const string Attack = """
            import os
            reached = [pid for pid in range(3, 2000) if not isinstance(kill(pid), ProcessLookupError)]
            print(reached, os.listdir('/tmp'), [n for n in os.listdir('/proc') if n.isdigit()], os.path.exists('/fork'))
            """;
        const string Kill = """
            def kill(pid):
                try:
                    __import__('os').kill(pid, 9)
                except OSError as error:
                    return error

            """;
        await RunAsync(level, "pass", isForked: true);
        await using var sibling = await sandboxes[level].StartAsync(Spec(Sibling, isForked: true), CancellationToken);
        await sibling.Output.ReadExactlyAsync(new byte[3], CancellationToken);

        var outcome = await RunAsync(level, Kill + Attack, isForked: true);
        await sibling.Input.WriteAsync("unharmed\n"u8.ToArray(), CancellationToken);
        using var reader = new StreamReader(sibling.Output);
        var after = await RunAsync(level, "pass", isForked: true);

        outcome.Output.ShouldBe("[] [] ['1', '2'] False\n", outcome.Log);
        (await reader.ReadToEndAsync(CancellationToken)).ShouldBe("unharmed ['own']\n");
        after.Exit.Start.ShouldBe(SandboxStart.Forked);
    }

    private static string Ending(Outcome outcome) =>
        outcome.Exit switch
        {
            SandboxExit.Exited exited => $"exited {exited.Code}",
            SandboxExit.Signalled signalled => $"signalled {signalled.Signal}",
            var other => $"{other}",
        } + $", wrote {outcome.Exit.Usage.WrittenBytes}";

    private async Task<Outcome> RunAsync(
        SandboxLevel level,
        string code,
        bool isForked,
        string input = "",
        IReadOnlyList<SandboxMount>? mounts = null
    )
    {
        var spec = Spec(code, isForked) with { Mounts = mounts ?? [] };
        await sandboxes[level].WarmAsync(spec, CancellationToken);
        return await sandboxes.RunAsync(level, spec, input);
    }

    private static SandboxSpec Spec(string code, bool isForked) =>
        new()
        {
            Program = ForkImage.Program,
            Arguments = [.. ForkImage.Flags, "/app/main.py", "argument"],
            Files = [new SandboxFile("/app/main.py", Encoding.UTF8.GetBytes(code))],
            Fork = isForked ? new ForkImage() : null,
        };
}
