using System.Diagnostics;

namespace Project38.Cli.Tests;

/// <summary>A home that cannot be used now: the verb says which, why, and what to do.</summary>
public sealed class HomeTests : IAsyncLifetime
{
    private readonly P38 _p38 = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _p38.DisposeAsync();

    [Fact]
    public async Task Up_NamesTheProcessThatHoldsTheHome_WhenThereIsOne()
    {
        using var up = _p38.Start("up");
        var line = await LineAsync(up.StandardOutput, "listening");

        var second = await _p38.RunAsync("up");
        await StopAsync(up, "-TERM");

        line.ShouldNotBeNull();
        second.ExitCode.ShouldBe(ExitCode.Server);
        second.Error.ShouldContain("process ");
        second.Error.ShouldContain(_p38.Home);
        up.ExitCode.ShouldBe(ExitCode.Ok);
    }

    [Fact]
    public async Task Verb_RefusesAndChangesNothing_WhenTheDatabaseIsOfANewerProgram()
    {
        await _p38.DoneAsync("list");
        await SqliteAsync("INSERT INTO \"__EFMigrationsHistory\" VALUES ('99990101000000_Tomorrow', '99.0')");

        var ended = await _p38.RunAsync("list");

        ended.ExitCode.ShouldBe(ExitCode.Server, ended.Output);
        ended.Error.ShouldContain("newer Project38");
        ended.Error.ShouldContain("99990101000000_Tomorrow");
    }

    [Fact]
    public async Task Verb_SaysTheDatabaseIsLocked_WhenAnotherProgramWrites()
    {
        await _p38.DoneAsync("list");
        using var other = Python(
            "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None); "
                + "db.execute('BEGIN EXCLUSIVE'); print('held', flush=True); sys.stdin.read()",
            Path.Join(_p38.Home, "p38.db")
        );
        await LineAsync(other.StandardOutput, "held");

        var ended = await _p38.RunAsync("create", "Remind me every day at 9 to stretch");
        other.StandardInput.Close();
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);

        ended.ExitCode.ShouldBe(ExitCode.Server, ended.Error + ended.Output);
        ended.Error.ShouldContain("locked");
        (await _p38.JsonAsync("list")).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Verb_SaysTheHomeCannotBeUsed_WhenAFileStandsInItsPlace()
    {
        await File.WriteAllTextAsync(_p38.Home, "", TestContext.Current.CancellationToken);

        var ended = await _p38.RunAsync("list");

        ended.ExitCode.ShouldBe(ExitCode.Server, ended.Output);
        ended.Error.ShouldContain(_p38.Home);
        ended.Error.ShouldContain("P38_HOME");
    }

    [Fact]
    public async Task Files_AreTheirOwnersAlone_AlsoThoseThatAnOlderVersionLeftOpen()
    {
        await _p38.DoneAsync("list");
        var made = await ModesWhileUpAsync();
        foreach (var name in (string[])["logs/server.log", "p38.db", "p38.holder", "p38.lock"])
        {
            File.SetUnixFileMode(
                Path.Join(_p38.Home, name),
                made[name] | UnixFileMode.GroupWrite | UnixFileMode.OtherRead
            );
        }
        File.SetUnixFileMode(
            Path.Join(_p38.Home, "logs"),
            made["logs"] | UnixFileMode.OtherRead | UnixFileMode.OtherExecute
        );

        await _p38.DoneAsync("list");
        var mended = await ModesWhileUpAsync();

        string[] own = ["logs", "logs/server.log", "p38.db", "p38.db-shm", "p38.db-wal", "p38.holder", "p38.lock"];
        own.ShouldBeSubsetOf(made.Keys);
        own.Where(name => IsOpen(made[name])).ShouldBeEmpty();
        own.Where(name => IsOpen(mended[name])).ShouldBeEmpty();
    }

    private static bool IsOpen(UnixFileMode mode) =>
        (mode & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)) != UnixFileMode.None;

    // While it serves, since SQLite takes two of its files away at the end.
    private async Task<Dictionary<string, UnixFileMode>> ModesWhileUpAsync()
    {
        await EmbeddedHasLeftAsync();
        using var up = _p38.Start("up");
        await LineAsync(up.StandardOutput, "listening");
        var modes = new DirectoryInfo(_p38.Home)
            .EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .ToDictionary(one => Path.GetRelativePath(_p38.Home, one.FullName), one => one.UnixFileMode);
        await StopAsync(up, "-TERM");
        return modes;
    }

    private async Task EmbeddedHasLeftAsync()
    {
        // The embedded server leaves a moment after its last verb.
        var announced = Path.Join(_p38.Home, "server.json");
        while (File.Exists(announced))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }
    }

    private async Task SqliteAsync(string sql)
    {
        await EmbeddedHasLeftAsync();
        using var process = Python(
            "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute(sys.argv[2]); db.commit()",
            Path.Join(_p38.Home, "p38.db"),
            sql
        );
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0);
    }

    private static Process Python(string program, params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo("/usr/bin/python3", ["-c", program, .. arguments])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;

    private static async Task<string?> LineAsync(StreamReader output, string start)
    {
        string? line;
        do
        {
            line = await output.ReadLineAsync(TestContext.Current.CancellationToken);
        } while (line is not null && !line.StartsWith(start, StringComparison.Ordinal));
        return line;
    }

    private static async Task StopAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
