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
