using Project38.Sandbox.Gvisor;

namespace Project38.Sandbox.Tests.Gvisor;

/// <summary>What <c>runsc</c> is given, and how it is called.</summary>
public sealed class BundleTests : IDisposable
{
    private static readonly SandboxSpec Spec = SandboxFixture.Shell("true") with
    {
        Mounts = [new SandboxMount("/usr/share", "/p38/share")],
        Files = [new SandboxFile("/work/in/a.py", "a"u8.ToArray())],
    };

    private readonly SandboxOptions _options = new()
    {
        StagingFolder = Directory.CreateTempSubdirectory("p38-test-").FullName,
    };

    public BundleTests() => File.SetUnixFileMode(_options.StagingFolder!, (UnixFileMode)0x1ED); // 0755

    public void Dispose() => Directory.Delete(_options.StagingFolder!, recursive: true);

    [Fact]
    public async Task Create_MakesWhatEachMountIsPutOn_AndRemoveLeavesNothing()
    {
        var bundle = Bundle.Create(_options, Spec, uid: null);
        var root = Path.Combine(bundle.Path, "rootfs");

        Directory.Exists($"{root}/p38/share").ShouldBeTrue();
        File.Exists($"{root}/work/in/a.py").ShouldBeTrue();
        new FileInfo($"{root}/bin").LinkTarget.ShouldBe("usr/bin");
        (await File.ReadAllTextAsync($"{bundle.Path}/files/0", TestContext.Current.CancellationToken)).ShouldBe("a");
        File.GetUnixFileMode(bundle.Path).ShouldBe((UnixFileMode)0x1C0); // 0700
        (await bundle.RemoveAsync()).ShouldBeTrue();
        Directory.Exists(bundle.Path).ShouldBeFalse();
    }

    [Fact]
    public void Command_JoinsItsCgroupsBecomesItsUidAndDiesWithThePlatform()
    {
        var bundle = Bundle.Create(_options, Spec, uid: null);
        var command = new RunscCommand
        {
            Runsc = "/opt/runsc",
            Bundle = bundle,
            Platform = 4711,
            Uid = 380_001,
            MembershipFiles = ["/cgroup/a/tasks", "/cgroup/it's/tasks"],
        };

        string[] words = [.. command.Build()];

        words[..4]
            .ShouldBe([
                "/bin/sh",
                "-c",
                "set -e; cd /; umask 022; ulimit -c 0; echo 0 > '/cgroup/a/tasks'; echo 0 > '/cgroup/it'\\''s/tasks'; exec \"$@\"",
                "sandbox",
            ]);
        words[4..12]
            .ShouldBe([
                "setpriv",
                "--reuid=380001",
                "--regid=380001",
                "--clear-groups",
                "--inh-caps=-all",
                "--no-new-privs",
                "--pdeathsig",
                "KILL",
            ]);
        words[15].ShouldStartWith("[ \"$PPID\" = 4711 ] || exit; ");
        words[17..]
            .ShouldBe([
                "/opt/runsc",
                "--rootless",
                "--network=none",
                "--ignore-cgroups",
                "--overlay2=none",
                "--host-uds=none",
                $"--root={bundle.Path}/state",
                $"--log={bundle.Path}/state/errors",
                "run",
                "--bundle",
                bundle.Path,
                bundle.Name,
            ]);
    }
}
