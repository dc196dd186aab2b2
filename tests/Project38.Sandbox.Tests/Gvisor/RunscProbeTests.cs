using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Project38.Sandbox.Tests.Gvisor;

/// <summary>A <c>runsc</c> that does not contain gives nobody the level. The scripts here stand in for it to be refused.</summary>
public sealed class RunscProbeTests
{
    // As the real one fails: it says so, and writes it where it was told to.
    private const string Fails = """
        #!/bin/sh
        for word; do case $word in --log=*) echo '{"msg":"no platform"}' >"${word#--log=}" ;; esac; done
        echo 'running container: no platform' >&2
        exit 128
        """;

    // It runs the program that it is given, and there is no wall at all.
    private const string Pretends = """
        #!/usr/bin/python3
        import json, os, sys
        bundle = sys.argv[sys.argv.index("--bundle") + 1]
        with open(f"{bundle}/config.json") as config:
            program = json.load(config)["process"]["args"]
        os.execv(program[0], program)
        """;

    // It contains the program as bubblewrap does: on this machine's kernel.
    private const string SharesTheKernel = """
        #!/usr/bin/python3
        import json, os, sys
        bundle = sys.argv[sys.argv.index("--bundle") + 1]
        with open(f"{bundle}/config.json") as config:
            program = json.load(config)["process"]["args"]
        links = [word for name in os.listdir(f"{bundle}/rootfs") if os.path.islink(f"{bundle}/rootfs/{name}")
                 for word in ("--symlink", f"usr/{name}", f"/{name}")]
        os.execv("/usr/bin/bwrap", ["bwrap", "--unshare-all", "--uid", "1000", "--cap-drop", "ALL", "--ro-bind", "/usr", "/usr",
                                    *links, "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/", "--", *program])
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "755", "is not there")]
    [InlineData(Pretends, "644", "no program that uid")]
    [InlineData(Fails, "755", "It did not start: running container: no platform")]
    [InlineData("#!/bin/sh\nexit 1\n", "755", "It exited with 1, and said nothing.")]
    [InlineData(Pretends, "755", "can be seen")]
    [InlineData(SharesTheKernel, "755", "it runs on this machine's own kernel")]
    public async Task Runsc_GivesNobodyTheLevel_WhenItDoesNotContain(string? script, string mode, string why)
    {
        using var runsc = await StandIn.CreateAsync("runsc", script, mode);
        await using var without = Create(new SandboxOptions());
        await using var sandbox = Create(new SandboxOptions { RunscPath = runsc.Path });
        await using var strict = Create(new SandboxOptions { RunscPath = runsc.Path, MinLevel = SandboxLevel.Vm });

        var report = await sandbox.ReportAsync(CancellationToken);
        var refusal = await Should.ThrowAsync<SandboxUnavailableException>(() =>
            strict.StartAsync(SandboxFixture.Shell("true"), CancellationToken)
        );

        report.Level.ShouldBe(without.Level);
        var fact = report.Facts[0];
        (fact.Name, fact.Works).ShouldBe(("containment at Vm", false));
        fact.Detail.ShouldContain(why);
        fact.Advice!.ShouldContain($"P38_SANDBOX_RUNSC names {runsc.Path}");
        refusal.Message.ShouldContain(why);
        refusal.Message.ShouldContain("'vm' is the least");
        strict.Level.ShouldBe(SandboxLevel.None);
    }

    [Fact]
    public async Task Runsc_GivesNobodyTheLevel_WhenItHangs()
    {
        var time = new FakeTimeProvider();
        using var runsc = await StandIn.CreateAsync("runsc", "#!/bin/sh\nread -r nothing; exec sleep 600\n");
        await using var without = Create(new SandboxOptions());
        await using var sandbox = Create(new SandboxOptions { RunscPath = runsc.Path }, time);

        var looking = sandbox.ReportAsync(CancellationToken);
        var ended = await HostProcesses.BecomesTrueAsync(
            () =>
            {
                // Long for what hangs alone; the other canaries have as little time as they need.
                time.Advance(TimeSpan.FromMilliseconds(HostProcesses.With(runsc.Path).Count > 0 ? 61_000 : 1));
                return looking.IsCompleted;
            },
            Patience
        );

        ended.ShouldBeTrue();
        var report = await looking;
        report.Level.ShouldBe(without.Level);
        report.Facts[0].Detail.ShouldStartWith("It did not end within ");
        HostProcesses.With(runsc.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task StartAsync_SaysWhatToName_WhenVmIsTheLeastAndNoRunscIsNamed()
    {
        await using var sandbox = Create(new SandboxOptions { MinLevel = SandboxLevel.Vm });

        var refusal = await Should.ThrowAsync<SandboxUnavailableException>(() =>
            sandbox.StartAsync(SandboxFixture.Shell("true"), CancellationToken)
        );

        refusal.Message.ShouldContain("P38_SANDBOX_RUNSC=/usr/bin/runsc");
    }

    [Fact]
    public async Task ReportAsync_SaysNothingOfIt_WhenNoneIsNamedOrAWeakerLevelIsWanted()
    {
        using var runsc = await StandIn.CreateAsync("runsc", Pretends);
        var weaker = new SandboxOptions { RunscPath = runsc.Path, MaxLevel = SandboxLevel.Full };
        await using var without = Create(new SandboxOptions());
        await using var sandbox = Create(weaker);

        var facts = (await without.ReportAsync(CancellationToken)).Facts;
        var same = (await sandbox.ReportAsync(CancellationToken)).Facts;

        facts.ShouldNotContain(fact => fact.Name.Contains("Vm"));
        same.ShouldBe(facts);
    }

    private static BubblewrapSandbox Create(SandboxOptions options, TimeProvider? time = null)
    {
        options.Forks = false;
        return new BubblewrapSandbox(Options.Create(options), time ?? TimeProvider.System);
    }
}
