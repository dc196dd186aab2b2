namespace Project38.Cli.Tests;

/// <summary><c>p38 config</c>, against the service.</summary>
public sealed class ConfigVerbTests(Service service) : IClassFixture<Service>
{
    private readonly P38 _p38 = service.P38;

    [Fact]
    public async Task Config_ChangesSingleKeys_AndLeavesTheOthers()
    {
        var id = await ImportAsync("Changed", """{"word": "hello", "times": 2}""");

        var set = await _p38.JsonAsync("config", id, "word=שלום", "list=[1, 2]");
        var unset = await _p38.JsonAsync("config", "Changed", "--unset", "times");
        var shown = await _p38.DoneAsync("config", id);

        set.GetRawText().ShouldContain("שלום");
        set.GetProperty("times").GetInt32().ShouldBe(2);
        set.GetProperty("list").GetArrayLength().ShouldBe(2);
        unset.TryGetProperty("times", out _).ShouldBeFalse();
        shown.ShouldContain("word  \"שלום\"");
        shown.ShouldContain("list  [1,2]");
    }

    [Fact]
    public async Task Config_LosesNobodysChange_WhenManyChangeAtOnce()
    {
        var id = await ImportAsync("Crowded", "{}");

        var ended = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(at => _p38.RunAsync("config", id, $"key{at}={at}"))
        );

        ended.ShouldAllBe(one => one.ExitCode == ExitCode.Ok, string.Join("\n", ended.Select(one => one.Error)));
        (await _p38.JsonAsync("config", id)).EnumerateObject().Count().ShouldBe(6);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "'word' is no KEY=VALUE.", "word")]
    [InlineData(ExitCode.Usage, "'word' cannot be set and unset at once.", "word=a", "--unset", "word")]
    [InlineData(ExitCode.NotFound, "has no 'wrod'. Did you mean 'word'?", "--unset", "wrod")]
    [InlineData(ExitCode.Refused, "timezone", "timezone=Mars/X")]
    public async Task Config_SaysWhatIsWrong_AndChangesNothing(int exitCode, string says, params string[] arguments)
    {
        var id = await ImportAsync("Kept", """{"word": "hello"}""");

        var ended = await _p38.RunAsync(["config", id, .. arguments]);

        ended.ExitCode.ShouldBe(exitCode, ended.Error);
        ended.Error.ShouldContain(says);
        (await _p38.JsonAsync("config", id)).GetProperty("word").GetString().ShouldBe("hello");
    }

    private async Task<string> ImportAsync(string name, string config)
    {
        var program = _p38.NewFile($"{name}.py", Programs.Plain);
        var made = await _p38.JsonAsync("import", program, "--lenient", "--name", name, "--config", config);
        return made.GetProperty("id").GetRawText();
    }
}
