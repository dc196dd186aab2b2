using Microsoft.Extensions.Options;

namespace Project38.Sandbox.Tests;

/// <summary>The level is what was seen to work.</summary>
public sealed class ProbeTests(SandboxFixture sandboxes)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReportAsync_NamesTheFactsItRestsOn_WhenTheMachineCanContain()
    {
        var sandbox = sandboxes[SandboxFixture.Levels[0]];

        var report = await sandbox.ReportAsync(CancellationToken);

        report.Level.ShouldBe(sandbox.Level);
        report.Facts[0].Name.ShouldBe("bubblewrap");
        report.Facts.ShouldContain(fact => fact.Name == $"containment at {report.Level}" && fact.Works);
        report.Facts.ShouldAllBe(fact => fact.Works == (fact.Advice == null));
    }

    [Fact]
    public async Task StartAsync_RefusesAndSaysWhatToDo_WhenBubblewrapIsMissing()
    {
        var options = new SandboxOptions { BubblewrapPath = "/usr/bin/no-bwrap" };
        using var sandbox = new BubblewrapSandbox(Options.Create(options), TimeProvider.System);

        var refusal = await Should.ThrowAsync<SandboxUnavailableException>(() =>
            sandbox.StartAsync(SandboxFixture.Shell("true"), CancellationToken)
        );

        refusal.Message.ShouldContain("apt-get install bubblewrap");
        refusal.Message.ShouldContain("P38_SANDBOX_LEAST=degraded");
        sandbox.Level.ShouldBe(SandboxLevel.None);
    }

    [Fact]
    public async Task StartAsync_RunsAtLevelDegraded_WhenBubblewrapIsMissingAndThatIsAllowed()
    {
        var options = new SandboxOptions { BubblewrapPath = "/usr/bin/no-bwrap", MinLevel = SandboxLevel.Degraded };
        await using var sandbox = new BubblewrapSandbox(Options.Create(options), TimeProvider.System);

        var outcome = await SandboxFixture.RunAsync(sandbox, SandboxFixture.Python("print('runs')"));

        outcome.Output.ShouldBe("runs\n", outcome.Log);
        outcome.Exit.Level.ShouldBe(SandboxLevel.Degraded);
    }

    [Fact]
    public async Task StartAsync_Refuses_WhenNothingContains()
    {
        var options = new SandboxOptions { MaxLevel = SandboxLevel.None, MinLevel = SandboxLevel.None };
        await using var sandbox = new BubblewrapSandbox(Options.Create(options), TimeProvider.System);

        await Should.ThrowAsync<SandboxUnavailableException>(() =>
            sandbox.StartAsync(SandboxFixture.Shell("true"), CancellationToken)
        );
    }

    [Fact]
    public async Task ReportAsync_GivesNoLevel_WhenBubblewrapContainsNothing()
    {
        // It starts the program and says it is well, and there is no wall at all.
        const string Script = """
            #!/bin/sh
            while [ $# -gt 0 ] && [ "$1" != -- ]; do shift; done
            [ $# -gt 0 ] || exit 0
            shift
            echo '{ "child-pid": 1 }' >&3
            "$@" 3>&-
            code=$?
            echo "{ \"exit-code\": $code }" >&3
            exit $code
            """;
        using var bubblewrap = await StandIn.CreateAsync("bwrap", Script);
        using var sandbox = new BubblewrapSandbox(
            Options.Create(new SandboxOptions { BubblewrapPath = bubblewrap.Path }),
            TimeProvider.System
        );

        var report = await sandbox.ReportAsync(CancellationToken);

        report.Level.ShouldBe(SandboxLevel.None);
        report.Facts.ShouldContain(fact => !fact.Works && fact.Detail.Contains("can be seen"));
    }

    [Fact]
    public async Task StartAsync_FailsClosedAndHeals_WhenBubblewrapGoesAndComesBack()
    {
        using var bubblewrap = await StandIn.CreateAsync("bwrap", "#!/bin/sh\nexec /usr/bin/bwrap \"$@\"\n");
        var path = bubblewrap.Path;
        var options = new SandboxOptions { BubblewrapPath = path };
        await using var sandbox = new BubblewrapSandbox(Options.Create(options), TimeProvider.System);
        var spec = SandboxFixture.Shell("true");
        (await SandboxFixture.RunAsync(sandbox, spec)).Exit.ShouldBeOfType<SandboxExit.Exited>();

        File.Move(path, $"{path}.gone");
        var first = await SandboxFixture.RunAsync(sandbox, spec);
        var isNone = await HostProcesses.BecomesTrueAsync(() => sandbox.Level == SandboxLevel.None, Patience);
        var refusal = await Should.ThrowAsync<SandboxUnavailableException>(() =>
            sandbox.StartAsync(spec, CancellationToken)
        );
        File.Move($"{path}.gone", path);
        var healed = await SandboxFixture.RunAsync(sandbox, spec);

        first.Exit.ShouldBeOfType<SandboxExit.NotStarted>();
        refusal.Message.ShouldContain("apt-get install bubblewrap");
        isNone.ShouldBeTrue();
        healed.Exit.ShouldBeOfType<SandboxExit.Exited>();
    }

    [Theory]
    [InlineData(SandboxLevel.NoCgroup)]
    [InlineData(SandboxLevel.Full)]
    public async Task Completion_Comes_WhenBubblewrapDiesBeforeItHasNamedItsChild(SandboxLevel level)
    {
        using var bubblewrap = await StandIn.CreateAsync("bwrap", "#!/bin/sh\nexec /usr/bin/bwrap \"$@\"\n");
        var options = new SandboxOptions { BubblewrapPath = bubblewrap.Path, MaxLevel = level };
        await using var sandbox = new BubblewrapSandbox(Options.Create(options), TimeProvider.System);
        var mark = Guid.NewGuid().ToString("N");
        (
            await SandboxFixture.RunAsync(sandbox, SandboxFixture.Shell("true"))
        ).Exit.ShouldBeOfType<SandboxExit.Exited>();

        // As a child that waits for its first word: it has every descriptor of the run.
        await bubblewrap.ReplaceAsync(
            $"#!/bin/sh\n/usr/bin/python3 -c 'import time; time.sleep(600) # {mark}' 3>&- &\nkill -9 $$\n"
        );
        var run = await SandboxFixture
            .RunAsync(sandbox, SandboxFixture.Shell("true"))
            .WaitAsync(Patience, CancellationToken);

        run.Exit.ShouldBeOfType<SandboxExit.Signalled>().Signal.ShouldBe(9);
        HostProcesses.With(mark).ShouldBeEmpty();
    }

    [Fact]
    public async Task StartAsync_Refuses_WhenTheLevelIsBelowTheLeast()
    {
        var options = new SandboxOptions { MaxLevel = SandboxLevel.NoCgroup, MinLevel = SandboxLevel.Full };
        using var sandbox = new BubblewrapSandbox(Options.Create(options), TimeProvider.System);

        await Should.ThrowAsync<SandboxUnavailableException>(() =>
            sandbox.StartAsync(SandboxFixture.Shell("true"), CancellationToken)
        );
    }

    [Fact]
    public async Task Level_IsFoundAndUsed_WhenThePlatformIsNotRoot()
    {
        const int Nobody = 65534;
        var folder = Directory.CreateTempSubdirectory("p38-test-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0x1ED); // 0755
        using var platform =
            Environment.UserName == "root"
                ? SmallPlatform.StartAs(Nobody, Path.Combine(folder, "staged"), "level")
                : SmallPlatform.Start("level");

        var said = await platform.StandardOutput.ReadToEndAsync(CancellationToken);

        Directory.Delete(folder, recursive: true);

        // A user has cgroups only where they were delegated.
        said.Trim().ShouldBeOneOf("NoCgroup 1000", "Full 1000");
    }

    [Theory]
    [InlineData("/work/../etc")]
    [InlineData("relative")]
    [InlineData("/proc/x")]
    [InlineData("/usr")]
    public async Task StartAsync_NamesTheProblem_WhenASpecReplacesWhatIsTheSandboxs(string innerPath)
    {
        var spec = SandboxFixture.Shell("true") with { Files = [new SandboxFile(innerPath, default)] };

        var problem = await Should.ThrowAsync<ArgumentException>(() =>
            sandboxes[SandboxLevel.NoCgroup].StartAsync(spec, CancellationToken)
        );

        problem.Message.ShouldContain(innerPath);
    }
}
