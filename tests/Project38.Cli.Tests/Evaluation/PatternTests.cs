using Project38.Cli.Evaluation.Judging;

namespace Project38.Cli.Tests.Evaluation;

public sealed class PatternTests
{
    [Theory]
    [InlineData("tsla", "TSLA rose", true)]
    [InlineData("^second$", "first\r\nsecond", true)]
    [InlineData("5-6", "5\u20136", true)]
    [InlineData("\u05d3\u05d5\"\u05d7", "\u200f\u05d3\u05d5\u05f4\u05d7", true)]
    [InlineData("[\u2013x]7", "-7", true)]
    [InlineData("(?P<a>x)(y)(?P=a)", "xyx", true)]
    [InlineData("a{,2}b$", "aab", true)]
    [InlineData("end\\Z", "end\nmore", false)]
    [InlineData("(?<!not )ready", "not ready", false)]
    [InlineData("[[]x]", "[x]", true)]
    [InlineData("1 000", "1\u00a0000", true)]
    public void IsIn_ReadsPythonsNotation_OverPlainText(string pattern, string text, bool expected)
    {
        var read = Pattern.Parse(pattern, out var wrong);

        wrong.ShouldBeNull();
        read!.IsIn(PlainText.Of(text)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("[a")]
    [InlineData("a++")]
    [InlineData("\\q")]
    public void Parse_SaysWhy_WhenItIsNone(string pattern)
    {
        Pattern.Parse(pattern, out var wrong).ShouldBeNull();

        wrong.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("0/5 * * * *", "*/5 * * * *", true)]
    [InlineData("0 0 9 * * MON-FRI", "0 9 * * 1,2,3,4,5", true)]
    [InlineData("@daily", "0 0 * * *", true)]
    [InlineData("0 9 * * 7", "0 9 * * 0", true)]
    [InlineData("0 9 * * *", "0 10 * * *", false)]
    [InlineData("*/5 9-17 * * *", "*/5 * * * *", false)]
    public void IsSame_ComparesSets(string one, string other, bool expected) =>
        CronSets.Parse(one)!.IsSame(CronSets.Parse(other)!).ShouldBe(expected);

    [Theory]
    [InlineData("{\"b\": 1, \"a\":[true,null]}", "{\"a\": [true, null], \"b\": 1}")]
    [InlineData("5.0", "5.0")]
    [InlineData("no json", null)]
    public void PlainJson_SortsKeys(string text, string? expected) => PlainJson.Of(text).ShouldBe(expected);
}
