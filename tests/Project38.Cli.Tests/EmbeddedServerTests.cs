using System.Text.Json;
using Project38.Contracts;
using Project38.Testing;

namespace Project38.Cli.Tests;

public sealed class EmbeddedServerTests : IAsyncLifetime
{
    private readonly P38 _p38 = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _p38.DisposeAsync();

    [Fact]
    public async Task List_StartsAServerThatLeaves_WhenThereIsNone()
    {
        var ended = await _p38.RunAsync("list", "--json");

        ended.ExitCode.ShouldBe(ExitCode.Ok, ended.Error);
        JsonDocument.Parse(ended.Output).RootElement.GetArrayLength().ShouldBe(0);
        await ServerLeavesAsync();
    }

    [Fact]
    public async Task Create_GivesTheTwoAgentsTwoNumbers_WhenItIsCalledTwiceInARow()
    {
        const string Sentence = "Every day at 8 add up expenses.csv and tell me when the total passes 1000";
        var expenses = Repository.Folder("examples", "expenses.csv");
        await _p38.DoneAsync("create", Sentence, "--file", expenses, "--run");
        await _p38.DoneAsync("create", Sentence, "--file", expenses, "--run");

        var agents = await _p38.JsonAsync("list");

        agents.EnumerateArray().Select(agent => agent.GetProperty("id").GetInt64()).ShouldBe([1, 2], ignoreOrder: true);
    }

    [Fact]
    public async Task Verbs_ShareOneServer_WhenTheyStartAtOnce()
    {
        var ended = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => _p38.RunAsync("list")));

        ended.ShouldAllBe(one => one.ExitCode == ExitCode.Ok, string.Join("\n", ended.Select(one => one.Error)));
    }

    [Fact]
    public async Task Verb_SaysWhyTheServerDoesNotStart_WhenTheDatabaseAddressIsWrong()
    {
        _p38.Environment["DATABASE_URL"] = "nonsense://";

        var ended = await _p38.RunAsync("list");

        ended.ExitCode.ShouldBe(ExitCode.Server);
        ended.Error.ShouldContain("DATABASE_URL");
    }

    [Fact]
    public async Task Verb_StartsAServer_WhenTheLastOneLeftItsFileBehind()
    {
        Directory.CreateDirectory(_p38.Home);
        var stale = new ServerFile
        {
            Pid = Environment.ProcessId,
            StartTicks = 1,
            BootId = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(),
            Url = "http://127.0.0.1:1",
            Mode = "up",
            Version = "0.0.1",
        };
        await File.WriteAllTextAsync(
            Path.Join(_p38.Home, ServerFile.Name),
            JsonSerializer.Serialize(stale, ContractsJson.Default.ServerFile),
            TestContext.Current.CancellationToken
        );

        var ended = await _p38.RunAsync("list");

        ended.ExitCode.ShouldBe(ExitCode.Ok, ended.Error);
    }

    [Fact]
    public async Task Verb_HasTheSettingsItIsCalledWith_WhenTheLastVerbsServerHasOthers()
    {
        await _p38.DoneAsync("list");
        var first = _p38.Server();
        _p38.Environment["P38_SANDBOX"] = "no-cgroup";

        var ended = await _p38.RunAsync("sandbox", "--json");

        ended.ExitCode.ShouldBe(ExitCode.Ok, ended.Error);
        JsonDocument.Parse(ended.Output).RootElement.GetProperty("level").GetString().ShouldBe("no-cgroup");
        ended.Error.ShouldContain("another P38_SANDBOX; waiting");
        _p38.Server().Pid.ShouldNotBe(first.Pid);
    }

    [Fact]
    public async Task Verb_UsesTheLastVerbsServer_WhenItsSettingsAreTheSame()
    {
        await _p38.DoneAsync("list");
        var first = _p38.Server();

        var ended = await _p38.RunAsync("list");

        ended.Error.ShouldBeEmpty();
        _p38.Server().Pid.ShouldBe(first.Pid);
    }

    [Fact]
    public async Task Verb_SaysThatItWaits_WhenAnotherVerbUsesAServerOfOtherSettings()
    {
        var waits = _p38.NewFile("waits.py", "import time\nprint('waits', flush=True)\ntime.sleep(200)\n");
        using var first = _p38.Start("sandbox", "run", waits);
        await ServerComesAsync();
        _p38.Environment["P38_SANDBOX"] = "no-cgroup";
        using var second = _p38.Start("list");
        var cancelled = TestContext.Current.CancellationToken;

        var word = await second.StandardError.ReadLineAsync(cancelled);
        var more = await second.StandardError.ReadLineAsync(cancelled);
        await P38.SignalAsync("-TERM", first.Id);
        await second.WaitForExitAsync(cancelled);

        word!.ShouldContain("another P38_SANDBOX; waiting");
        more!.ShouldStartWith("Another verb uses it (process ");
        second.ExitCode.ShouldBe(ExitCode.Ok);
    }

    [Fact]
    public async Task Verb_SaysWhatTheServiceDoesNotObey()
    {
        using var up = await _p38.UpAsync();
        var same = await _p38.RunAsync("list");
        _p38.Environment["P38_SANDBOX_LEAST"] = "full";
        _p38.Environment["OPENAI_API_KEY"] = "of-another-program";

        var other = await _p38.RunAsync("list");

        await P38.SignalAsync("-TERM", up.Id);
        await up.WaitForExitAsync(TestContext.Current.CancellationToken);
        same.Error.ShouldBeEmpty();
        other.ExitCode.ShouldBe(ExitCode.Ok);
        other.Error.ShouldStartWith("P38_SANDBOX_LEAST as set here is not obeyed");
        other.Error.ShouldNotContain("OPENAI");
    }

    [Theory]
    [InlineData("show", "99")]
    [InlineData("run", "nobody")]
    [InlineData("logs", "99")]
    [InlineData("delete", "99", "--yes")]
    public async Task Verb_EndsWithNotFound_WhenThereIsNoSuchThing(params string[] arguments)
    {
        var ended = await _p38.RunAsync(arguments);

        ended.ExitCode.ShouldBe(ExitCode.NotFound, ended.Error);
        ended.Error.ShouldContain(arguments[1]);
    }

    [Fact]
    public async Task Up_ServesUntilItIsStopped_AndDrains()
    {
        using var up = _p38.Start("up");
        var cancelled = TestContext.Current.CancellationToken;
        string? line;
        do
        {
            line = await up.StandardOutput.ReadLineAsync(cancelled);
        } while (line is not null && !line.StartsWith("next", StringComparison.Ordinal));
        var listed = await _p38.RunAsync("list");
        var second = await _p38.RunAsync("up");

        // Not INT, which a test run in the background of a script inherits as ignored.
        using (var kill = System.Diagnostics.Process.Start("kill", ["-TERM", $"{up.Id}"]))
        {
            await kill.WaitForExitAsync(cancelled);
        }
        await up.WaitForExitAsync(cancelled);

        listed.ExitCode.ShouldBe(ExitCode.Ok, listed.Error);
        second.ExitCode.ShouldBe(ExitCode.Server);
        second.Error.ShouldContain("already runs");
        up.ExitCode.ShouldBe(ExitCode.Ok);
        File.Exists(Path.Join(_p38.Home, ServerFile.Name)).ShouldBeFalse();
    }

    private async Task ServerComesAsync()
    {
        var announced = Path.Join(_p38.Home, ServerFile.Name);
        while (!File.Exists(announced))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }
    }

    private async Task ServerLeavesAsync()
    {
        var announced = Path.Join(_p38.Home, ServerFile.Name);
        var limit = TimeProvider.System.GetTimestamp();
        while (File.Exists(announced))
        {
            TimeProvider.System.GetElapsedTime(limit).ShouldBeLessThan(TimeSpan.FromSeconds(30));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }
    }
}
