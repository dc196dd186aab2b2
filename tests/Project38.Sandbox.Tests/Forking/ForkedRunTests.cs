using System.Text;

namespace Project38.Sandbox.Tests.Forking;

/// <summary>A program that is forked sees what one sees that is started anew, and ends as that one does.</summary>
public sealed class ForkedRunTests(SandboxFixture sandboxes)
{
    public static TheoryData<SandboxLevel> Levels => [.. SandboxFixture.Levels];

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

    private async Task<Outcome> RunAsync(SandboxLevel level, string code, bool isForked, string input = "")
    {
        var spec = new SandboxSpec
        {
            Program = ForkImage.Program,
            Arguments = [.. ForkImage.Flags, "/app/main.py", "argument"],
            Files = [new SandboxFile("/app/main.py", Encoding.UTF8.GetBytes(code))],
            Fork = isForked ? new ForkImage() : null,
        };
        await sandboxes[level].WarmAsync(spec, CancellationToken);
        return await sandboxes.RunAsync(level, spec, input);
    }
}
