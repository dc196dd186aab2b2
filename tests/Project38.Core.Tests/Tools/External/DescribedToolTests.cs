using System.Text.Json;
using ModelContextProtocol.Protocol;
using Project38.Core.Secrets;
using Project38.Core.Tools.External;

namespace Project38.Core.Tests.Tools.External;

/// <summary>What a server lists, read.</summary>
public sealed class DescribedToolTests
{
    [Theory]
    [InlineData("a selector of a variant: \ufe0f")]
    [InlineData("one of those that spell bytes: \U000e0141")]
    [InlineData("a letter of tags: \U000e0041")]
    [InlineData("a joiner of graphemes: \u034f")]
    [InlineData("a filler: \u115f")]
    [InlineData("a filler: \u1160")]
    [InlineData("a filler: \u3164")]
    [InlineData("a filler: \uffa0")]
    [InlineData("a selector of Mongolian: \u180b")]
    [InlineData("a space of no width: \u200b")]
    [InlineData("joiners in a row: \u200d\u200d")]
    [InlineData("marks in a row: \u200e\u200f")]
    public void Description_WithWhatNobodySees_IsLeftOut(string description)
    {
        var (tools, leftOut) = DescribedTool.Read([Listed("hidden", description)], new KnownSecrets());

        tools.ShouldBeEmpty();
        leftOut.ShouldBe(["hidden was left out: its description has characters that nobody sees."]);
    }

    [Theory]
    [InlineData("One that writes Hebrew: שלום\u200f!")]
    [InlineData("A family: \U0001f469\u200d\U0001f467\u200d\U0001f466")]
    [InlineData("Lines\r\n\tand tabs, é as e\u0301, and 中文")]
    public void Description_ThatIsSeen_IsKept(string description)
    {
        var (tools, leftOut) = DescribedTool.Read([Listed("seen", description)], new KnownSecrets());

        leftOut.ShouldBeEmpty();
        tools.Single().Description.ShouldBe(description);
    }

    [Fact]
    public void Schema_InWhichANameStandsTwice_CostsOneTool()
    {
        var twice = Listed(
            "twice",
            "One.",
            """{"type": "object", "properties": {"a": {"type": "string", "type": "null"}}}"""
        );

        var (tools, leftOut) = DescribedTool.Read([twice, Listed("good", "Another.")], new KnownSecrets());

        tools.Select(tool => tool.Name).ShouldBe(["good"]);
        leftOut.Single().ShouldContain("twice was left out: its schema");
    }

    private static Tool Listed(string name, string description, string schema = """{"type": "object"}""") =>
        new()
        {
            Name = name,
            Description = description,
            InputSchema = JsonElement.Parse(schema),
        };
}
