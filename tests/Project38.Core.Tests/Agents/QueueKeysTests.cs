using Project38.Core.Agents;

namespace Project38.Core.Tests.Agents;

/// <summary>The reserved keys that the queue reads.</summary>
public sealed class QueueKeysTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Read_GivesWhatIsWritten_WhenItIsRight()
    {
        var config = AgentConfig.Read(
            """{"priority": -100, "labels": ["gpu", "eu", "gpu"], "concurrency": {"key": "openai-api", "limit": 2}}""",
            Now,
            out _
        );

        config!.Priority.ShouldBe(-100);
        config.Labels.ShouldBe(["eu", "gpu"]);
        config.Concurrency.ShouldBe(new Concurrency("openai-api", 2));
    }

    [Theory]
    [InlineData("priority", "101")]
    [InlineData("priority", "1.5")]
    [InlineData("labels", "\"gpu\"")]
    [InlineData("labels", "[\"GPU\"]")]
    [InlineData("labels", "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j\",\"k\"]")]
    [InlineData("concurrency", "2")]
    [InlineData("concurrency", "{\"key\": \"\", \"limit\": 2}")]
    [InlineData("concurrency", "{\"key\": \"k\", \"limit\": 0}")]
    [InlineData("concurrency", "{\"key\": \"k\", \"limit\": 1, \"burst\": 3}")]
    public void Read_SaysWhatToWrite_WhenItIsWrong(string key, string value)
    {
        AgentConfig.Read($$"""{"{{key}}": {{value}}}""", Now, out var errors);

        errors.ShouldHaveSingleItem().Field.ShouldBe("config." + key);
        errors[0].Message.ShouldContain("Write ");
    }
}
