using System.Text.Json;
using Project38.Contracts;
using Project38.Server.Lifetime;

namespace Project38.Server.Tests.Lifetime;

public sealed class HomeSeatTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("p38-seat-");

    private static readonly Dictionary<string, string> NoSettings = [];

    private string ServerPath => Path.Join(_home.FullName, ServerFile.Name);

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public void Take_IsRefusedWithItsHolder_WhenAnotherServerHasTheHome()
    {
        using var seat = HomeSeat.Take(_home.FullName);
        seat.Announce("http://127.0.0.1:1234", ServerMode.Up, "0.1.0", NoSettings);

        var refusal = Should.Throw<StartRefusedException>(() => HomeSeat.Take(_home.FullName));

        refusal.ExitCode.ShouldBe(ExitCodes.HomeHeld);
        refusal.Message.ShouldContain($"process {Environment.ProcessId}");
        refusal.Message.ShouldContain("http://127.0.0.1:1234");
    }

    [Fact]
    public void Announce_TellsOwnerOnlyWhereTheServerIs_UntilItLeaves()
    {
        var seat = HomeSeat.Take(_home.FullName);
        seat.Announce("http://127.0.0.1:1234", ServerMode.Embedded, "0.1.0", NoSettings);
        var mode = File.GetUnixFileMode(ServerPath);
        var server = JsonSerializer.Deserialize(File.ReadAllText(ServerPath), ContractsJson.Default.ServerFile)!;

        seat.Dispose();

        mode.ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        server.Mode.ShouldBe("embedded");
        server.StartTicks.ShouldBePositive();
        File.Exists(ServerPath).ShouldBeFalse();
    }

    [Fact]
    public void Take_Succeeds_WhenTheLastServerWasKilled()
    {
        File.WriteAllText(ServerPath, "{\"pid\":1}");
        File.WriteAllText(Path.Join(_home.FullName, "server.lock"), "");

        using var seat = HomeSeat.Take(_home.FullName);

        seat.ShouldNotBeNull();
    }
}
