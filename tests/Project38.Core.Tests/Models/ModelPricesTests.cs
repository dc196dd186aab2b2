using CsCheck;
using Microsoft.Extensions.Options;
using Project38.Core.Models;

namespace Project38.Core.Tests.Models;

public sealed class ModelPricesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("2026-10-06T23:59:59Z", "0.20")]
    [InlineData("2026-10-07T00:00:00Z", "0.10")]
    public void Find_GivesThePriceOfTheDay_WhenItChanged(string at, string cacheRead)
    {
        var price = Prices().Find("claude-sonnet-5-5", DateTimeOffset.Parse(at), 1000);

        price!.CacheRead!.Value.ToString("0.00").ShouldBe(cacheRead);
        price.Input.ShouldBe(2.00m);
        price.Output.ShouldBe(10.00m);
    }

    [Theory]
    [InlineData("claude-sonnet-4-5", "2026-12-01T00:00:00Z", 1000)] // retired
    [InlineData("claude-sonnet", "2026-11-22T00:00:00Z", 1000)]
    public void Find_GivesNothing_WhenNobodyKnows(string model, string at, long tokens)
    {
        Prices().Find(model, DateTimeOffset.Parse(at), tokens).ShouldBeNull();
    }

    [Theory]
    [InlineData(100_000, "0.10", "0.50")]
    [InlineData(100_001, "0.50", "2.50")]
    public void Find_GivesTheRowOfThePromptsSize_WhenLongOnesAreDearer(long tokens, string input, string output)
    {
        var price = Prices().Find("claude-haiku-5-5", Now, tokens)!;

        price.Input.ToString("0.00").ShouldBe(input);
        price.Output.ToString("0.00").ShouldBe(output);
    }

    [Fact]
    public void WorstOf_TakesTheDearestRow_ThatAPromptOfUpToTheSizeCanMeet()
    {
        var prices = Prices(
            Write(
                """
                [
                  { "model": "x", "max_prompt_tokens": 1000, "input": 9, "output": 90 },
                  { "model": "x", "input": 1, "output": 10 }
                ]
                """
            )
        );

        prices.WorstOf("x", Now, promptTokens: 2_000, outputTokens: 1_000).ShouldBe(0.009m + 0.090m);
        prices.WorstOf("x", Now, promptTokens: 500, outputTokens: 1_000).ShouldBe(0.0045m + 0.090m);
        prices.WorstOf("unknown", Now, promptTokens: 500, outputTokens: 1_000).ShouldBeNull();
    }

    [Fact]
    public void Find_PrefersTheUsersRow_EvenWhenItSaysNoDay()
    {
        var prices = Prices(Write("""[{ "model": "claude-sonnet-5-5", "input": 7, "output": 8 }]"""));

        prices.Find("claude-sonnet-5-5", Now, 1000)!.Input.ShouldBe(7);
    }

    [Theory]
    [InlineData("2026-12-31T23:59:59Z", "1")]
    [InlineData("2027-01-01T00:00:00Z", "2")]
    [InlineData("2027-07-01T00:00:00Z", "3")]
    public void Find_GivesTheUsersRowOfTheDay_WhenAContractChanges(string at, string input)
    {
        var prices = Prices(
            Write(
                """
                [
                  { "model": "x", "input": 1, "output": 1 },
                  { "model": "x", "from": "2027-07-01", "input": 3, "output": 1 },
                  { "model": "x", "from": "2027-01-01", "until": "2027-06-30", "input": 2, "output": 1 }
                ]
                """
            )
        );

        prices.Find("x", DateTimeOffset.Parse(at), 1000)!.Input.ToString().ShouldBe(input);
    }

    [Fact]
    public void Find_PrefersTheUsersTable_AndStillKnowsOurs()
    {
        var path = Write(
            """
            [
              // a contract of our own
              { "model": "claude-sonnet-5-5", "from": "2026-10-07", "input": 1, "output": 5 },
              { "model": "local", "input": 0, "output": 0 },
            ]
            """
        );

        var prices = Prices(path);

        prices.Find("claude-sonnet-5-5", Now, 1000)!.Input.ShouldBe(1);
        prices.Find("local", Now, 1_000_000)!.Output.ShouldBe(0);
        prices.Find("claude-opus-5-5", Now, 1000)!.Input.ShouldBe(4);
    }

    [Theory]
    [InlineData("[{")]
    [InlineData("""[{ "model": "x", "input": 1 }]""")]
    [InlineData("""[{ "model": "x", "input": -1, "output": 1 }]""")]
    [InlineData("""[{ "model": "x", "input": 1, "output": 1, "ouput": 2 }]""")]
    public void Find_NamesTheFile_WhenTheUsersTableIsWrong(string table)
    {
        var path = Write(table);

        var problem = Should.Throw<ModelSetupException>(() => Prices(path).Find("x", Now, 1));

        problem.Message.ShouldContain(path);
    }

    [Fact]
    public void CostOf_PricesEachPartByItself()
    {
        var price = Prices().Find("claude-sonnet-5-5", Now, 1000)!;
        var usage = new TokenUsage(
            Input: 1_000_000,
            Output: 100_000,
            CacheWrite5m: 200_000,
            CacheWrite1h: 300_000,
            CacheRead: 4_000_000
        );

        var cost = price.CostOf(usage);

        cost.ShouldBe(2.00m + 1.00m + 0.50m + 1.20m + 0.40m);
    }

    [Fact]
    public void WorstOf_IsNoLessThanAnyCall_OfThatSize() =>
        Gen.Select(Gen.Long[0, 100_000], Gen.Long[0, 100_000], Gen.Long[0, 100_000], Gen.Long[0, 100_000])
            .Select(Gen.Long[0, 32_000])
            .Sample(
                (prompt, output) =>
                {
                    var usage = new TokenUsage(prompt.Item1, output, prompt.Item2, prompt.Item3, prompt.Item4);
                    var price = Prices().Find("claude-opus-5-5", Now, usage.Prompt)!;

                    price.CostOf(usage).ShouldBeLessThanOrEqualTo(price.WorstOf(usage.Prompt, 32_000));
                }
            );

    public void Dispose() => _folder.Dispose();

    private string Write(string table)
    {
        File.WriteAllText(_folder["prices.json"], table);
        return _folder["prices.json"];
    }

    private static DateTimeOffset Now => new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static ModelPrices Prices(string? file = null) =>
        new(Options.Create(new ModelOptions { PricesFile = file }));
}
