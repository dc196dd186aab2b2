using System.Diagnostics;
using Project38.Cli.Installation;

namespace Project38.Cli.Tests.Installation;

/// <summary>The unit's text, read by systemd's own reader.</summary>
public sealed class ServiceUnitTests : IDisposable
{
    // What systemd would expand, unquote or take for a pattern, were it not written for it.
    private const string Awkward = "a b%c$e[f*; שלום";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("p38-unit-");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData(true, "plain")]
    [InlineData(false, "plain")]
    [InlineData(true, Awkward)]
    [InlineData(false, Awkward)]
    public async Task Text_HasNothingThatSystemdComplainsOf(bool system, string folder)
    {
        var path = Path.Join(_root.FullName, ServiceUnit.Name);
        await File.WriteAllTextAsync(path, Unit(system, folder).Text(), TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo(
            "systemd-analyze",
            ["verify", system ? "--system" : "--user", "--man=no", path]
        )
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        start.Environment["XDG_RUNTIME_DIR"] = _root.FullName;

        using var verify = Process.Start(start)!;
        var said = await verify.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await verify.WaitForExitAsync(TestContext.Current.CancellationToken);

        said.ShouldBeEmpty();
        verify.ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Text_NamesCommandHomeAndSettings_AsSystemdReadsThem()
    {
        var unit = Unit(system: false, Awkward) with { Command = ["/opt/a %/dotnet", "/opt/$b/p38.dll"] };

        var lines = unit.Text().Split('\n');

        lines.ShouldContain("ExecStart=\"/opt/a %%/dotnet\" \"/opt/$$b/p38.dll\" \"up\"");
        lines.ShouldContain($"Environment=\"P38_HOME={_root.FullName}/a b%%c$e[f*; שלום\"");
        lines.ShouldContain($"EnvironmentFile=-{_root.FullName}/a b%%c$e\\[f\\*; שלום/service.env");
    }

    [Fact]
    public void Text_LeavesTimeToDrain_AndKillsOnlyWhatIsLeft()
    {
        var lines = Unit(system: false, "plain").Text().Split('\n');

        ServiceUnit.StopLimit.ShouldBeGreaterThan(CommandLine.StopLimit);
        lines.ShouldContain($"TimeoutStopSec={ServiceUnit.StopLimit.TotalSeconds}");
        lines.ShouldContain("KillMode=mixed");
        lines.ShouldContain("Delegate=yes");
        lines.ShouldContain("Restart=on-failure");
    }

    [Fact]
    public void Text_BelongsToTheUserOrTheMachine()
    {
        Unit(system: false, "plain").Text().ShouldContain("WantedBy=default.target");
        var system = Unit(system: true, "plain").Text();

        system.ShouldContain("WantedBy=multi-user.target");
        system.ShouldContain("After=network-online.target");
    }

    [Theory]
    [InlineData("/opt/it's/p38", "a quote")]
    [InlineData("/opt/a\nb/p38", "a control character")]
    public void Text_IsRefused_WhenSystemdTakesNoSuchName(string program, string says)
    {
        var unit = Unit(system: false, "plain") with { Command = [program] };

        var refused = Should.Throw<CliException>(unit.Text);

        refused.ExitCode.ShouldBe(ExitCode.Refused);
        refused.Message.ShouldContain(says);
    }

    private ServiceUnit Unit(bool system, string folder)
    {
        var home = _root.CreateSubdirectory(folder).FullName;
        var program = Path.Join(home, "p38");
        if (!File.Exists(program))
        {
            File.Copy("/bin/true", program);
        }
        return new ServiceUnit
        {
            Command = [program],
            Environment = [KeyValuePair.Create("P38_HOME", home), KeyValuePair.Create("PATH", "/usr/bin:/bin")],
            EnvironmentFile = Path.Join(home, SettingsFile.Name),
            IsSystem = system,
        };
    }
}
