using System.Diagnostics;
using Project38.Sandbox.Cgroups;

namespace Project38.Sandbox.Tests.Cgroups;

public sealed class CgroupTests(SandboxFixture sandboxes) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("p38-test-").FullName;

    public static TheoryData<SandboxLevel> Levels => [.. SandboxFixture.ForkingLevels];

    [Theory, MemberData(nameof(Levels))]
    public async Task Run_IsInItsCgroupFromTheStart_WhenItHasOne(SandboxLevel level)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var mark = Guid.NewGuid().ToString("N");
        var spec = SandboxFixture.Python($"print(1); input() # {mark}");

        await using var process = await sandboxes[level].StartAsync(spec, cancellationToken);
        await process.Output.ReadExactlyAsync(new byte[2], cancellationToken);
        var memberships = HostProcesses.With(mark).Select(pid => HostProcesses.Read(pid, "cgroup")).ToList();

        memberships.Count.ShouldBe(3);
        memberships.ShouldAllBe(text => text.Contains($"-{Environment.ProcessId}-") == (level == SandboxLevel.Full));
    }

    [Fact]
    public void Create_Fails_WhenALimitIsTakenButDoesNotHold()
    {
        // A file that takes every write and holds nothing, as a cgroup of a container that may not limit memory does.
        Directory.CreateDirectory(Path.Combine(_folder, "run"));
        File.CreateSymbolicLink(Path.Combine(_folder, "run", "memory.limit_in_bytes"), "/dev/null");
        File.CreateSymbolicLink(Path.Combine(_folder, "run", "memory.max"), "/dev/null");
        string[] controllers = ["memory", "pids", "cpu"];
        var folders = controllers.ToDictionary(name => name, _ => Path.Combine(_folder, "run"));

        Should.Throw<IOException>(() => CgroupV1.Create(folders, new SandboxLimits())).Message.ShouldContain("holds");
        Should
            .Throw<IOException>(() => CgroupV2.Create(folders["memory"], new SandboxLimits()))
            .Message.ShouldContain("holds");
    }

    [Fact]
    public void Create_WritesEveryLimit_OnVersion2()
    {
        var folder = Path.Combine(_folder, "run");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "memory.swap.max"), "max");

        CgroupV2.Create(folder, new SandboxLimits { CpuPercent = 150 });

        Read("memory.max").ShouldBe("268435456");
        Read("memory.swap.max").ShouldBe("0");
        Read("memory.oom.group").ShouldBe("1");
        Read("pids.max").ShouldBe("64");
        Read("cpu.max").ShouldBe("150000 100000");

        string Read(string file) => File.ReadAllText(Path.Combine(folder, file));
    }

    [Fact]
    public void Kill_EndsAllAtOnce_OnVersion2()
    {
        var kill = Path.Combine(_folder, "cgroup.kill");
        File.WriteAllText(kill, "");

        new CgroupV2(_folder).Kill();

        File.ReadAllText(kill).ShouldBe("1");
    }

    [Fact]
    public void ReadUsage_ReadsTheKernelsFiles_OnVersion2()
    {
        File.WriteAllText(Path.Combine(_folder, "memory.peak"), "12345678\n");
        File.WriteAllText(Path.Combine(_folder, "cpu.stat"), "usage_usec 2500000\nuser_usec 2000000\n");
        File.WriteAllText(
            Path.Combine(_folder, "memory.events"),
            "low 0\nhigh 0\nmax 9\noom 1\noom_kill 3\noom_group_kill 1\n"
        );
        File.WriteAllText(Path.Combine(_folder, "pids.events"), "max 4\n");

        var usage = new CgroupV2(_folder).ReadUsage();

        usage.ShouldBe(new CgroupUsage(12345678, TimeSpan.FromSeconds(2.5), 3, 4));
    }

    [Theory]
    [InlineData(true, "/own")]
    [InlineData(false, "")]
    public async Task Find_PrefersWhatWasDelegated_ToTheTop(bool isDelegated, string parent)
    {
        var own = Directory.CreateDirectory(Path.Combine(_folder, "own")).FullName;
        foreach (var folder in (string[])[_folder, own])
        {
            File.WriteAllText(Path.Combine(folder, "cgroup.controllers"), "cpu memory pids");
            File.WriteAllText(Path.Combine(folder, "cgroup.subtree_control"), "cpu memory pids");
        }
        if (isDelegated)
        {
            await DelegateAsync(own);
        }

        var found = CgroupV2Hierarchy.Find(
            [new CgroupMount(2, ["rw"], "/", _folder)],
            new Dictionary<string, string> { [""] = "/own" },
            out _
        );

        found!.Description.ShouldBe($"cgroup v2 at {_folder}{parent}");
    }

    [Theory]
    [InlineData("rw,nsdelegate,favordynmods", true)]
    [InlineData("rw,nsdelegate", false)]
    public void JoinsAtOnce_AsTheHierarchyIsMounted(string options, bool atOnce)
    {
        const string Expedited = "/sys/kernel/rcu_expedited";
        File.WriteAllText(Path.Combine(_folder, "cgroup.controllers"), "cpu memory pids");
        File.WriteAllText(Path.Combine(_folder, "cgroup.subtree_control"), "cpu memory pids");
        var mount = CgroupMount.Parse([$"31 24 0:26 / {_folder} rw - cgroup2 cgroup2 {options}"]);

        var found = CgroupV2Hierarchy.Find(mount, new Dictionary<string, string> { [""] = "/" }, out _);

        var expedites = File.Exists(Expedited) && File.ReadAllText(Expedited).Trim() == "1";
        found!.JoinsAtOnce.ShouldBe(atOnce || expedites);
    }

    [Theory]
    [InlineData("/", "/", "/sys/fs/cgroup")]
    [InlineData("/", "/user.slice/x.scope", "/sys/fs/cgroup/user.slice/x.scope")]
    [InlineData("/docker/abc", "/docker/abc", "/sys/fs/cgroup")]
    [InlineData("/docker/abc", "/docker/abc/p38", "/sys/fs/cgroup/p38")]
    [InlineData("/docker/abc", "/docker/abcdef", null)]
    public void FolderOf_FindsACgroup_WhereverTheHierarchyIsMounted(string root, string cgroup, string? folder)
    {
        var line = $"31 24 0:26 {root} /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate";

        var mount = CgroupMount.Parse([line, "40 24 0:9 / /proc rw - proc proc rw"]).ShouldHaveSingleItem();

        mount.Version.ShouldBe(2);
        mount.FolderOf(cgroup).ShouldBe(folder);
    }

    [Fact]
    public void ParseMemberships_FindsEachController_WhenTwoShareALine()
    {
        var memberships = CgroupMount.ParseMemberships(["4:cpu,cpuacct:/a:b", "1:name=systemd:/x", "0::/user.slice"]);

        memberships["cpu"].ShouldBe("/a:b");
        memberships["cpuacct"].ShouldBe("/a:b");
        memberships[""].ShouldBe("/user.slice");
    }

    [Fact]
    public void IsOrphan_TellsOursFromThoseOfTheDead_ByProcessAndStart()
    {
        var own = CgroupName.Next();
        var parts = own.Split('-');

        CgroupName.IsOrphan(own).ShouldBeFalse();
        CgroupName.IsOrphan($"p38-{parts[1]}-{parts[2]}-1-7").ShouldBeTrue(); // the same number, another start
        CgroupName.IsOrphan($"p38-{parts[1]}-4194999-55-7").ShouldBeTrue();
        CgroupName.IsOrphan("p38-1-4194999-55-7").ShouldBeFalse(); // another container's: its numbers say nothing here
        CgroupName.IsOrphan("p38-platform").ShouldBeFalse();
        CgroupName.IsOrphan($"p38-{parts[1]}-x-y-z").ShouldBeFalse();
    }

    /// <summary>Marks a folder as systemd marks what it delegates.</summary>
    private static async Task DelegateAsync(string folder)
    {
        const string Mark = "import os, sys; os.setxattr(sys.argv[1], 'user.delegate', b'1')";
        using var python = Process.Start("/usr/bin/python3", ["-I", "-c", Mark, folder]);
        await python.WaitForExitAsync(TestContext.Current.CancellationToken);
        python.ExitCode.ShouldBe(0);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
