using System.Text.Json;

namespace Project38.Cli.Tests;

public sealed class UsageTests : IAsyncLifetime
{
    private readonly P38 _p38 = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _p38.DisposeAsync();

    [Fact]
    public async Task Help_NamesEveryVerbAndExitCode()
    {
        var ended = await _p38.RunAsync("--help");

        ended.ExitCode.ShouldBe(ExitCode.Ok);
        ended.Output.ShouldContain(ExitCode.Help);
        string[] verbs =
        [
            "create",
            "list",
            "show",
            "run",
            "tasks",
            "logs",
            "inbox",
            "files",
            "import",
            "check",
            "edit",
            "versions",
            "diff",
            "rollback",
            "activate",
            "pause",
            "resume",
            "delete",
            "doctor",
            "up",
        ];
        foreach (var verb in verbs)
        {
            ended.Output.ShouldContain($"  {verb}");
        }
    }

    [Theory]
    [InlineData("lst")]
    [InlineData("create")]
    [InlineData("run", "1", "--config", "not json")]
    [InlineData("run", "1", "--config", "[1]")]
    [InlineData("files", "1", "get")]
    [InlineData("create", "Add up a file every day", "--file", "missing.csv")]
    [InlineData("create", "Add up a file every day", "--file", "/dev/zero")]
    [InlineData("create", "Add up a file every day", "--folder", "/no/such/folder")]
    [InlineData("check", "/")]
    [InlineData("python", "add", "data")]
    [InlineData("sandbox", "run")]
    [InlineData("sandbox", "run", "/")]
    [InlineData("sandbox", "run", "x.py", "--level", "none")]
    [InlineData("sandbox", "rnu", "x.py")]
    public async Task Verb_EndsWithUsage_BeforeAnythingStarts_WhenItMakesNoSense(params string[] arguments)
    {
        var ended = await _p38.RunAsync(arguments);

        ended.ExitCode.ShouldBe(ExitCode.Usage, ended.Error);
        ended.Error.ShouldStartWith("p38: ");
        Directory.Exists(_p38.Home).ShouldBeFalse();
    }

    [Theory]
    [InlineData("--limit is '999999999999'. Write a number from 1 to 1000.", "tasks", "--limit", "999999999999")]
    [InlineData("--limit is '0'.", "inbox", "--limit", "0")]
    [InlineData("not JSON. The fault is in line 1, at column 2.", "run", "1", "--config", "{bad")]
    [InlineData(
        "--clock is 'now', which is no moment. Write one as 2026-12-24T08:00:00+02:00",
        "run",
        "1",
        "--clock",
        "now"
    )]
    [InlineData("is not UTF-8 text", "create", "Remind me every day at 9 to call Ren\uFFFD")]
    public async Task Verb_SaysInWordsWhatIsWrong_WhenItMakesNoSense(string says, params string[] arguments)
    {
        var ended = await _p38.RunAsync(arguments);

        ended.ExitCode.ShouldBe(ExitCode.Usage, ended.Error);
        ended.Error.ShouldContain(says);
        Directory.Exists(_p38.Home).ShouldBeFalse();
    }

    [Fact]
    public async Task Verb_SaysWhichTimesItShows_WhenTheZoneOfTheEnvironmentIsUnknown()
    {
        _p38.Environment["TZ"] = "Mars/X";

        var ended = await _p38.RunAsync("check", "/");

        ended.Error.ShouldContain("TZ is 'Mars/X', which is no time zone known here. Times are those of ");
    }

    [Fact]
    public async Task Create_EndsWithUsage_WhenAFileIsTooLarge()
    {
        var path = _p38.NewFile("large.csv", "");
        using (var file = File.OpenWrite(path))
        {
            file.SetLength((10L * 1024 * 1024) + 1);
        }

        var ended = await _p38.RunAsync("create", "Add up large.csv every day", "--file", path);

        ended.ExitCode.ShouldBe(ExitCode.Usage);
        ended.Error.ShouldContain("10,485,760 are the most");
    }

    [Fact]
    public async Task Verb_SaysErrorsAsProblemDetails_WhenJsonIsAskedFor()
    {
        var ended = await _p38.RunAsync("files", "1", "get", "--json");

        ended.ExitCode.ShouldBe(ExitCode.Usage);
        using var problem = JsonDocument.Parse(ended.Error);
        problem.RootElement.GetProperty("detail").GetString()!.ShouldContain("path");
        ended.Output.ShouldBeEmpty();
    }
}
