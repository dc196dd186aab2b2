using Project38.Cli.Verbs;

namespace Project38.Cli.Tests;

public sealed class ConfigArgumentTests
{
    [Theory]
    [InlineData("""{"a": "b=c"}""", """{"a": "b=c"}""")]
    [InlineData("threshold=5", """{"threshold":5}""")]
    [InlineData("site=true", """{"site":true}""")]
    [InlineData("quote_url=https://x.org/{symbol}?a=b", """{"quote_url":"https://x.org/{symbol}?a=b"}""")]
    [InlineData("hosts=[\"https://x.org\"]", """{"hosts":["https://x.org"]}""")]
    [InlineData("symbol=", """{"symbol":""}""")]
    public async Task Read_GivesAnObject_WhenItIsJsonOrOneKey(string given, string expected)
    {
        var config = await ConfigArgument.ReadAsync(given, TestContext.Current.CancellationToken);

        config!.Value.GetRawText().ShouldBe(expected);
    }

    [Theory]
    [InlineData("threshold")]
    [InlineData("=5")]
    [InlineData("a b=5")]
    [InlineData("מפתח=5")]
    [InlineData("{\"a\": 1, \"a\": 2}")]
    public async Task Read_SaysHowToWriteIt_WhenItIsNeither(string given)
    {
        var reading = () => ConfigArgument.ReadAsync(given, TestContext.Current.CancellationToken);

        (await reading.ShouldThrowAsync<CliException>()).Message.ShouldContain("threshold=5");
    }
}
