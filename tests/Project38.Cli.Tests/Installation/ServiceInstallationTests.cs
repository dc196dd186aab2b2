using Project38.Cli.Installation;
using Project38.Cli.Output;
using Project38.Contracts;

namespace Project38.Cli.Tests.Installation;

/// <summary>Installing where systemd seems to run: a stand-in of <c>systemctl</c> notes what it is told.</summary>
public sealed class ServiceInstallationTests : IDisposable
{
    private static readonly Dictionary<string, string> s_environment = new() { ["P38_PORT"] = "9000" };

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("p38-install-");
    private readonly StringWriter _said = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private Home Home => Home.At(Path.Join(_root.FullName, "home"));

    private string Told => Path.Join(_root.FullName, "told");

    public void Dispose()
    {
        _said.Dispose();
        _root.Delete(recursive: true);
    }

    [Fact]
    public async Task Install_WritesUnitAndSettings_EnablesAndStarts_AndSaysHowToSeeIt()
    {
        var systemd = Systemd();

        await Installation(systemd).InstallAsync(Unit(), s_environment, Cancelled);

        (await File.ReadAllTextAsync(systemd.UnitPath, Cancelled)).ShouldBe(Unit().Text());
        (await File.ReadAllTextAsync(Unit().EnvironmentFile, Cancelled)).ShouldContain("P38_PORT=\"9000\"");
        (await File.ReadAllLinesAsync(Told, Cancelled)).ShouldBe([
            "--user daemon-reload",
            "--user enable p38.service",
            "--user restart p38.service",
        ]);
        var said = _said.ToString();
        said.ShouldContain("systemctl --user status p38");
        said.ShouldContain("journalctl --user -u p38");
        said.ShouldContain("P38_PORT");
        said.ShouldNotContain("9000");
    }

    [Fact]
    public async Task Install_SpeaksToTheMachine_WhenTheUnitIsItsOwn()
    {
        await Installation(Systemd(system: true)).InstallAsync(Unit(), s_environment, Cancelled);

        (await File.ReadAllLinesAsync(Told, Cancelled))[0].ShouldBe("daemon-reload");
        _said.ToString().ShouldContain("'systemctl status p38'");
        _said.ToString().ShouldNotContain("enable-linger");
    }

    [Fact]
    public async Task Install_SaysWhereToLook_WhenTheServiceDoesNotStart()
    {
        var systemd = Systemd(ending: "echo 'Job for p38.service failed.' >&2; test \"$2\" != restart");

        var failed = await Should.ThrowAsync<CliException>(() =>
            Installation(systemd).InstallAsync(Unit(), s_environment, Cancelled)
        );

        failed.ExitCode.ShouldBe(ExitCode.Server);
        failed.Message.ShouldContain("'systemctl --user restart p38.service' failed: Job for p38.service failed.");
        failed.Message.ShouldContain("journalctl --user -u p38");
    }

    [Fact]
    public async Task Install_ChangesNothing_WhenTheServiceRunsByHand()
    {
        var systemd = Systemd();
        Home.Prepare();
        await File.WriteAllTextAsync(
            Path.Join(Home.Path, ServerFile.Name),
            System.Text.Json.JsonSerializer.Serialize(ThisProcess(), ContractsJson.Default.ServerFile),
            Cancelled
        );

        var refused = await Should.ThrowAsync<CliException>(() =>
            Installation(systemd).InstallAsync(Unit(), s_environment, Cancelled)
        );

        refused.ExitCode.ShouldBe(ExitCode.Refused);
        refused.Message.ShouldContain($"process {Environment.ProcessId}");
        File.Exists(systemd.UnitPath).ShouldBeFalse();
        File.Exists(Told).ShouldBeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Installation_IsRefusedAndChangesNothing_WhereSystemdDoesNotRun(bool install)
    {
        var systemd = Systemd(mark: "missing");
        var installation = Installation(systemd);

        var refused = await Should.ThrowAsync<CliException>(() =>
            install
                ? installation.InstallAsync(Unit(), s_environment, Cancelled)
                : installation.UninstallAsync(Cancelled)
        );

        refused.ExitCode.ShouldBe(ExitCode.Refused);
        refused.Message.ShouldContain("systemd does not run here");
        refused.Message.ShouldContain("--dry-run");
        Directory.Exists(Home.Path).ShouldBeFalse();
        File.Exists(systemd.UnitPath).ShouldBeFalse();
        File.Exists(Told).ShouldBeFalse();
    }

    [Fact]
    public async Task Uninstall_StopsAndTakesAway_AndKeepsTheHome()
    {
        var systemd = Systemd();
        await Installation(systemd).InstallAsync(Unit(), s_environment, Cancelled);
        File.Delete(Told);

        await Installation(systemd).UninstallAsync(Cancelled);

        (await File.ReadAllLinesAsync(Told, Cancelled)).ShouldBe([
            "--user disable --now p38.service",
            "--user daemon-reload",
        ]);
        File.Exists(systemd.UnitPath).ShouldBeFalse();
        File.Exists(Unit().EnvironmentFile).ShouldBeTrue();
        _said.ToString().ShouldContain($"{Home.Path}, with agents");
    }

    [Fact]
    public async Task Uninstall_EndsWithNotFound_WhenThereIsNoUnit()
    {
        var ended = await Should.ThrowAsync<CliException>(() => Installation(Systemd()).UninstallAsync(Cancelled));

        ended.ExitCode.ShouldBe(ExitCode.NotFound);
        File.Exists(Told).ShouldBeFalse();
    }

    private ServiceInstallation Installation(Systemd systemd) =>
        new(Home, new Screen(_said, TextWriter.Null, json: false), systemd);

    private ServiceUnit Unit() =>
        new()
        {
            Command = ["/opt/p38/p38"],
            Environment = [KeyValuePair.Create("P38_HOME", Home.Path)],
            EnvironmentFile = Path.Join(Home.Path, SettingsFile.Name),
            IsSystem = false,
        };

    private Systemd Systemd(bool system = false, string ending = "", string mark = "")
    {
        var program = Path.Join(_root.FullName, "systemctl");
        File.WriteAllText(program, $"#!/bin/sh\necho \"$*\" >>'{Told}'\n{ending}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new Systemd(system)
        {
            Mark = Path.Join(_root.FullName, mark),
            Program = program,
            Folder = Path.Join(_root.FullName, "units"),
        };
    }

    private static ServerFile ThisProcess() =>
        new()
        {
            Pid = Environment.ProcessId,
            StartTicks = long.Parse(File.ReadAllText("/proc/self/stat").Split(") ")[^1].Split(' ')[22 - 3]),
            BootId = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(),
            Url = "http://127.0.0.1:1",
            Mode = "up",
            Version = "0.1.0",
        };
}
