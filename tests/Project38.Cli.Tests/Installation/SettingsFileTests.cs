using System.Diagnostics;
using Project38.Cli.Installation;

namespace Project38.Cli.Tests.Installation;

public sealed class SettingsFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("p38-settings-");

    private string Settings => Path.Join(_root.FullName, SettingsFile.Name);

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Of_TakesSettingsAndKeys_AndNothingElse()
    {
        var environment = new Dictionary<string, string>
        {
            ["P38_PORT"] = "9000",
            ["DATABASE_URL"] = "postgres://p38@db/p38",
            ["ANTHROPIC_API_KEY"] = "key",
            ["P38_SANDBOX"] = "",
            ["P38_HOME"] = "/home",
            ["P38_RUFF"] = "/ruff",
            ["PATH"] = "/bin",
            ["SSH_AUTH_SOCK"] = "/tmp/agent",
        };

        SettingsFile.Of(environment).Select(one => one.Key).ShouldBe(["ANTHROPIC_API_KEY", "DATABASE_URL", "P38_PORT"]);
    }

    [Fact]
    public void WriteNew_MakesAFileOfItsOwnerAlone()
    {
        SettingsFile.WriteNew(Settings, [KeyValuePair.Create("P38_PORT", "9000")]).ShouldBeTrue();

        File.GetUnixFileMode(Settings).ShouldBe(OwnerOnly);
        File.ReadAllText(Settings).ShouldEndWith("P38_PORT=\"9000\"\n");
    }

    [Fact]
    public void WriteNew_KeepsWhatIsThere_AndClosesItToOthers()
    {
        File.WriteAllText(Settings, "P38_PORT=1\n");
        File.SetUnixFileMode(Settings, OwnerOnly | UnixFileMode.OtherRead);

        SettingsFile.WriteNew(Settings, [KeyValuePair.Create("P38_PORT", "9000")]).ShouldBeFalse();

        File.ReadAllText(Settings).ShouldBe("P38_PORT=1\n");
        File.GetUnixFileMode(Settings).ShouldBe(OwnerOnly);
    }

    [Fact]
    public async Task Text_ComesBackAsItWas_WhateverTheValue()
    {
        // systemd reads double quotes as a shell does.
        const string Value = "a \"b\" 'c' $HOME `id` \\ %h # ; שלום";
        await File.WriteAllTextAsync(
            Settings,
            SettingsFile.Text([KeyValuePair.Create("P38_MODEL", Value)]),
            TestContext.Current.CancellationToken
        );
        var start = new ProcessStartInfo("/bin/sh", ["-c", ". \"$0\"; printf %s \"$P38_MODEL\"", Settings])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };

        using var shell = Process.Start(start)!;

        (await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldBe(Value);
    }
}
