using System.Diagnostics;
using Project38.Sandbox.Native;
using static Project38.Sandbox.Tests.SandboxFixture;

namespace Project38.Sandbox.Tests.Bubblewrap;

/// <summary>What comes before bubblewrap: nothing is started where a step fails, and it says which.</summary>
public sealed class LaunchTests(SandboxFixture sandboxes) : IDisposable
{
    private static readonly string[] Echo = ["--", "/bin/echo", "started"];

    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle _launch = MemoryFile.CreateProgram("launch");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private string Program => $"/proc/{Environment.ProcessId}/fd/{_launch.DangerousGetHandle()}";

    public void Dispose() => _launch.Dispose();

    [Fact]
    public async Task Enter_SetsTheLimitsOfEachProcess_WhenThereAreSome()
    {
        var (code, said, errors) = await RunAsync([
            "enter",
            "-",
            "4096",
            "1073741824",
            "--",
            "/bin/sh",
            "-c",
            "ulimit -c; ulimit -n; ulimit -l; ulimit -f; ulimit -v; pwd",
        ]);

        (code, errors).ShouldBe((0, ""));
        said.ShouldBe("0\n256\n0\n8\n1048576\n/\n");
    }

    [Theory]
    [InlineData("/sys/fs/cgroup/nothing/tasks: No such file or directory", "-", "/sys/fs/cgroup/nothing/tasks")]
    [InlineData("/usr: Is a directory", "-", "/usr")]
    [InlineData("0: Invalid argument", "0")]
    [InlineData("4294967295: Invalid argument", "4294967295")]
    [InlineData("nobody: Invalid argument", "nobody")]
    public async Task Enter_StartsNothing_WhenAStepFails(string reason, string uid, params string[] memberships)
    {
        var (code, said, errors) = await RunAsync(["enter", uid, "-", "-", .. memberships, .. Echo]);

        (code, said, errors).ShouldBe((1, "", reason + "\n"));
    }

    [Fact]
    public async Task Enter_BecomesNobodyElse_WhenItMayNot()
    {
        var (code, said, errors) = await RunAsync(["enter", "65534", "-", "-", "--", "/usr/bin/id"]);

        (code, said, errors).ShouldBe(
            Environment.IsPrivilegedProcess
                ? (0, "uid=65534(nobody) gid=65534(nogroup) groups=65534(nogroup)\n", "")
                : (1, "", "setgroups: Operation not permitted\n")
        );
    }

    [Fact]
    public async Task Enter_SaysSo_WhenThereIsNoBubblewrap()
    {
        var (code, said, errors) = await RunAsync(["enter", "-", "-", "-", "--", "/usr/bin/no-bwrap"]);

        (code, said, errors).ShouldBe((127, "", "/usr/bin/no-bwrap: No such file or directory\n"));
    }

    [Fact]
    public async Task Run_SaysSo_WhenItsFileIsNoProgram()
    {
        var spec = new SandboxSpec { Program = "/usr/lib/os-release" };

        var outcome = await sandboxes.RunAsync(Levels[0], spec);

        outcome
            .Exit.ShouldBeOfType<SandboxExit.NotStarted>()
            .Reason.ShouldBe("There is no program /usr/lib/os-release.");
    }

    [Fact]
    public void CreateProgram_GivesWhatNobodyCanChange_WhenAnyoneMayOpenIt()
    {
        using var opened = File.OpenHandle(Program, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);

        Should.Throw<UnauthorizedAccessException>(() => RandomAccess.Write(opened, "x"u8, 0));
        Should.Throw<UnauthorizedAccessException>(() => RandomAccess.SetLength(opened, 0));
    }

    [Fact]
    public void CreateProgramOnDisk_GivesTheSame_WhereTheKernelKeepsProgramsOutOfMemory()
    {
        using var onDisk = MemoryFile.CreateProgramOnDisk("launch");

        var path = $"/proc/{Environment.ProcessId}/fd/{onDisk.DangerousGetHandle()}";
        File.ReadAllBytes(path).ShouldBe(File.ReadAllBytes(Program));
        File.GetUnixFileMode(path).ShouldBe((UnixFileMode)0x16D); // 0555
        new FileInfo(path).LinkTarget.ShouldNotBeNull().ShouldEndWith(" (deleted)");
        using var process = Process.Start(path, ["enter", "-", "-", "-", "--", "/bin/true"]);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }

    private async Task<(int Code, string Said, string Errors)> RunAsync(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(CancellationToken);
        var said = await process.StandardOutput.ReadToEndAsync(CancellationToken);
        await process.WaitForExitAsync(CancellationToken);
        return (process.ExitCode, said, await errors);
    }
}
