using Project38.Testing;

namespace Project38.Cli.Tests.Evaluation;

/// <summary>The corpus in <c>eval/</c>, through the real command, on blueprints.</summary>
public sealed class ShippedCorpusTests
{
    [Fact]
    public async Task Check_FindsTheCorpusSound()
    {
        await using var p38 = new P38();

        var said = await p38.DoneAsync("eval", Repository.Folder("eval"), "--check");

        said.ShouldContain("30: 16 en, 14 he");
        Directory.Exists(p38.Home).ShouldBeFalse();
    }

    [Theory]
    [InlineData(
        """{"id": "../../escaped", "lang": "en", "brief": "b", "runs": 1, "expect": {"notifications": 1}}""",
        "plain name"
    )]
    [InlineData(
        """{"id": "1", "lang": "en", "brief": "\ud83d", "runs": 1, "expect": {"notifications": 1}}""",
        "surrogate pair"
    )]
    [InlineData(
        """{"id": "1", "lang": "en", "brief": "b", "runs": 1, "expect": {}}""",
        "an agent that does nothing would be right"
    )]
    [InlineData("{", "is not JSON")]
    public async Task Check_IsRefused_WhenTheCorpusIsNotSound(string brief, string problem)
    {
        await using var p38 = new P38();
        p38.NewFile("001-a.json", brief);

        var ended = await p38.RunAsync("eval", p38.Folder, "--check");

        ended.ExitCode.ShouldBe(ExitCode.Refused, ended.Error);
        (ended.Output + ended.Error).ShouldContain(problem);
        ended.Error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Check_NamesABriefThatIsNotUtf8_BesideTheOthers()
    {
        await using var p38 = new P38();
        File.WriteAllBytes(Path.Join(p38.Folder, "001-a.json"), [0xFF, 0xFE]);
        p38.NewFile("002-b.json", "{");

        var ended = await p38.RunAsync("eval", p38.Folder, "--check");

        ended.ExitCode.ShouldBe(ExitCode.Refused, ended.Error);
        ended.Error.ShouldContain("is not UTF-8 text");
        ended.Error.ShouldContain("002-b.json: is not JSON");
    }

    [Fact]
    public async Task Blueprints_ServeAllOfIt()
    {
        await using var p38 = new P38();

        var ended = await p38.RunAsync("eval", Repository.Folder("eval"), "--blueprints", "--json");

        var report = System.Text.Json.JsonElement.Parse(ended.Output);
        report.GetProperty("as_expected").GetInt32().ShouldBe(30, ended.Output);
        report.GetProperty("failures").EnumerateObject().ShouldBeEmpty();
        report.GetProperty("refused_rightly").GetInt32().ShouldBe(3);
        Directory.Exists(p38.Home).ShouldBeFalse();
    }
}
