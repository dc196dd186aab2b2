using System.Net.Sockets;
using System.Text;

namespace Project38.Cli.Tests.Installation;

/// <summary><c>p38 up --install</c> as a person calls it, and <c>p38 up</c> as systemd does.</summary>
public sealed class UpInstallTests : IAsyncLifetime
{
    private readonly P38 _p38 = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _p38.DisposeAsync();

    [Fact]
    public async Task Install_OnlyShowsTheUnit_WhenItIsADryRun()
    {
        _p38.Environment["XDG_CONFIG_HOME"] = _p38.Folder;

        var shown = await _p38.RunAsync("up", "--install", "--dry-run");
        var json = await _p38.JsonAsync("up", "--install", "--dry-run", "--json");

        shown.ExitCode.ShouldBe(ExitCode.Ok, shown.Error);
        shown.Output.ShouldContain($"Environment=\"P38_HOME={_p38.Home}\"");
        shown.Output.ShouldMatch("ExecStart=\"/[^\n]* \"up\"");
        json.GetProperty("path").GetString().ShouldBe(Path.Join(_p38.Folder, "systemd/user/p38.service"));
        json.GetProperty("text").GetString()!.Trim().ShouldBe(shown.Output.Trim());
        Directory.EnumerateFileSystemEntries(_p38.Folder).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--dry-run")]
    [InlineData("--system")]
    [InlineData("--install", "--uninstall")]
    [InlineData("--uninstall", "--dry-run")]
    public async Task Install_EndsWithUsage_WhenTheOptionsMakeNoSense(params string[] options)
    {
        var ended = await _p38.RunAsync(["up", .. options]);

        ended.ExitCode.ShouldBe(ExitCode.Usage, ended.Error);
        Directory.Exists(_p38.Home).ShouldBeFalse();
    }

    [Fact]
    public async Task Up_TellsWhoeverStartedIt_WhenItAnswersAndWhenItDrains()
    {
        var address = Path.Join(_p38.Folder, "notify");
        using var supervisor = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        supervisor.Bind(new UnixDomainSocketEndPoint(address));
        _p38.Environment["NOTIFY_SOCKET"] = address;
        using var up = _p38.Start("up");

        var first = await ReceiveAsync(supervisor);
        using (var kill = System.Diagnostics.Process.Start("kill", ["-TERM", $"{up.Id}"]))
        {
            await kill.WaitForExitAsync(Cancelled);
        }
        var second = await ReceiveAsync(supervisor);
        await up.WaitForExitAsync(Cancelled);

        first.ShouldBe("READY=1");
        second.ShouldBe("STOPPING=1");
        up.ExitCode.ShouldBe(ExitCode.Ok);
    }

    private static async Task<string> ReceiveAsync(Socket supervisor)
    {
        var buffer = new byte[100];
        return Encoding.UTF8.GetString(buffer, 0, await supervisor.ReceiveAsync(buffer, Cancelled));
    }
}
