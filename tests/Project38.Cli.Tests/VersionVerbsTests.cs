namespace Project38.Cli.Tests;

/// <summary>The verbs about versions, as their user calls them.</summary>
public sealed class VersionVerbsTests(Service service) : IClassFixture<Service>
{
    private readonly P38 _p38 = service.P38;

    [Fact]
    public async Task Verbs_SayThatThereIsNothingBefore_WhenAnAgentHasOneVersion()
    {
        var id = await ImportAsync("Single");

        var versions = await _p38.DoneAsync("versions", id);
        var diff = await _p38.RunAsync("diff", id);
        var rollback = await _p38.RunAsync("rollback", id);
        var missing = await _p38.RunAsync("rollback", id, "9");

        versions.ShouldContain("current");
        diff.ExitCode.ShouldBe(ExitCode.Refused);
        diff.Error.ShouldContain("made from no other");
        rollback.ExitCode.ShouldBe(ExitCode.Refused);
        rollback.Error.ShouldContain($"p38 versions {id}");
        missing.ExitCode.ShouldBe(ExitCode.NotFound);
        missing.Error.ReplaceLineEndings(" ").ShouldContain($"'p38 versions {id}' shows");
    }

    [Theory]
    [InlineData("rollback", "1", "x")]
    [InlineData("diff", "1", "0")]
    [InlineData("activate", "1")]
    public async Task Verb_EndsWithUsage_WhenTheVersionIsNone(params string[] arguments) =>
        (await _p38.RunAsync(arguments)).ExitCode.ShouldBe(ExitCode.Usage);

    private async Task<string> ImportAsync(string name)
    {
        var file = _p38.NewFile($"{name}.py", Programs.Plain);
        var made = await _p38.JsonAsync("import", file, "--lenient", "--name", name);
        return made.GetProperty("id").GetRawText();
    }
}
