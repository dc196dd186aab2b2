using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Project38.Core.Budgets;
using Project38.Core.Models;
using Project38.Core.Models.Calls;
using Project38.Core.Secrets;
using Project38.Testing;

namespace Project38.Core.Tests.Models;

/// <summary>Keys, prices and the ceiling of a model, over real HTTP. What each provider has to keep: <see cref="ProviderContract"/>.</summary>
public sealed class LanguageModelTests : IAsyncLifetime
{
    private const string Key = "sk-test-key";

    private readonly SpendingCeiling _ceiling = new(3.00m);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero))
    {
        AutoAdvanceAmount = TimeSpan.Zero,
    };

    private readonly List<ModelCallRow> _kept = [];
    private ClaudeStandIn _claude = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _claude = await ClaudeStandIn.StartAsync();

    public async ValueTask DisposeAsync() => await _claude.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AskAsync_GivesTheObjectAndWhatItCost_PlainAndStreamed(bool stream)
    {
        _claude.Reply(
            new ClaudeReply
            {
                Text = """{"name": "שעון", "n": 1}""",
                Input = 1_000,
                Output = 2_000,
                CacheWrite5m = 3_000,
                CacheWrite1h = 4_000,
                CacheRead = 5_000,
            }
        );
        using var model = Model(options => options.Stream = stream);

        var answer = await AskAsync(model);

        var answered = answer.ShouldBeOfType<ModelAnswer.Answered>();
        answered.Value.GetProperty("name").GetString().ShouldBe("שעון");
        answered.Model.ShouldBe("claude-sonnet-5-5");
        answered.Usage.ShouldBe(new TokenUsage(1_000, 2_000, 3_000, 4_000, 5_000));
        answered.Cost.ShouldBe(0.002m + 0.020m + 0.0075m + 0.016m + 0.0005m);
        _ceiling.Spent.ShouldBe(answered.Cost);
        var kept = _kept.ShouldHaveSingleItem();
        (kept.InputTokens, kept.OutputTokens, kept.CacheWriteTokens, kept.CacheReadTokens).ShouldBe(
            (1_000, 2_000, 7_000, 5_000)
        );
        (kept.Model, kept.Provider, kept.Purpose, kept.Outcome).ShouldBe(
            ("claude-sonnet-5-5", ModelProvider.Claude, ModelPurpose.Create, "answered")
        );
        (kept.CostMicroUsd, kept.Estimated).ShouldBe((46_000, false));
    }

    [Theory]
    [InlineData(Key, Key)]
    [InlineData(null, "sk-of-the-file")]
    public async Task AskAsync_TakesTheKeyOfTheFile_WhenTheEnvironmentHasNone(string? inEnvironment, string taken)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["key"], " sk-of-the-file \n", CancellationToken);
        _claude.Reply(new ClaudeReply());
        using var model = Model(options => options.KeyFile = folder["key"], _ => inEnvironment);

        await AskAsync(model);

        _claude.Requests.ShouldHaveSingleItem().Key.ShouldBe(taken);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    [InlineData("two keys")]
    public async Task AskAsync_NamesTheProblem_WhenTheKeyFileIsWrong(string? content)
    {
        using var folder = new TemporaryFolder();
        if (content is not null)
        {
            await File.WriteAllTextAsync(folder["key"], content, CancellationToken);
        }

        using var model = Model(options => options.KeyFile = folder["key"], _ => null);

        var answer = await AskAsync(model);

        var failed = answer.ShouldBeOfType<ModelAnswer.Failed>();
        failed.Failure.ShouldBe(ModelFailure.NoKey);
        failed.Message.ShouldContain(folder["key"]);
        _claude.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task AskAsync_SendsNothing_WhenNobodyKnowsThePrice()
    {
        using var model = Model(options => options.Model = "claude-x");

        var answer = await AskAsync(model);

        var failed = answer.ShouldBeOfType<ModelAnswer.Failed>();
        failed.Failure.ShouldBe(ModelFailure.NoPrice);
        failed.Message.ShouldContain("P38_MODEL_WITHOUT_PRICE=claude-x");
        _claude.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task AskAsync_AsksAModelWithoutPrice_WhenItIsAllowedByName()
    {
        _claude.Reply(new ClaudeReply());
        using var model = Model(options =>
        {
            options.Model = "claude-x";
            options.AllowedWithoutPrice = ["claude-x"];
        });

        var answer = await AskAsync(model);

        answer.ShouldBeOfType<ModelAnswer.Answered>().Cost.ShouldBe(0);
        answer.Usage.Output.ShouldBe(500);
        _kept.Single().CostMicroUsd.ShouldBeNull("nobody knows what it cost");
    }

    [Fact]
    public async Task AskAsync_SendsNothing_WhenTheCallCouldPassTheCeiling()
    {
        using var model = Model();
        var poor = new SpendingCeiling(0.30m); // 32,000 tokens of output alone may cost 0.32

        var answer = await AskAsync(model, poor);

        (_kept.Single().Outcome, _kept.Single().CostMicroUsd).ShouldBe(("ceiling_reached", 0));

        var failed = answer.ShouldBeOfType<ModelAnswer.Failed>();
        failed.Failure.ShouldBe(ModelFailure.CeilingReached);
        failed.Message.ShouldContain("0.30 USD");
        poor.Left.ShouldBe(0.30m);
        _claude.Requests.ShouldBeEmpty();
    }

    /// <summary>Answers of any size at any price, several calls at a time, and whatever else a provider does.</summary>
    [Fact]
    public async Task AskAsync_NeverPassesTheCeiling_AndBooksTheSumOfItsParts() =>
        await Gen.Select(
                Gen.Int[0, 2_000].Array[5],
                Gen.Int[1_000, 32_000],
                Gen.Int[1, 400],
                Gen.Select(Gen.Int[0, 5], Gen.Int[0, 4_000].Array[4], Gen.Int[0, 100]).Array[1, 12]
            )
            .SampleAsync(
                async (prices, maxOutput, ceilingCents, calls) =>
                {
                    using var folder = new TemporaryFolder();
                    await File.WriteAllTextAsync(folder["prices.json"], Table(prices), CancellationToken);
                    var ceiling = new SpendingCeiling(ceilingCents / 100m);
                    await using var claude = await ClaudeStandIn.StartAsync();
                    using var model = Model(options =>
                    {
                        options.BaseAddress = claude.Address;
                        options.PricesFile = folder["prices.json"];
                        options.MaxOutputTokens = maxOutput;
                        options.MaxRetries = 0;
                    });
                    claude.Reply([
                        .. calls.Select(call => AnyReply(call.Item1, call.Item2, maxOutput * call.Item3 / 100)),
                    ]);

                    var answers = await Task.WhenAll(calls.Select(_ => AskAsync(model, ceiling)));

                    ceiling.Spent.ShouldBeLessThanOrEqualTo(ceiling.Limit);
                    ceiling.Spent.ShouldBe(answers.Sum(answer => answer.Cost));
                    ceiling.Left.ShouldBe(ceiling.Limit - ceiling.Spent);
                    claude.Requests.Count.ShouldBe(
                        answers.Count(answer =>
                            answer is not ModelAnswer.Failed { Failure: ModelFailure.CeilingReached }
                        )
                    );
                },
                iter: 60,
                threads: 1
            );

    private static string Table(int[] cents) =>
        new JsonArray(
            new JsonObject
            {
                ["model"] = "claude-sonnet-5-5",
                ["input"] = cents[0] / 100m,
                ["output"] = cents[1] / 100m,
                ["cache_write_5m"] = cents[2] / 100m,
                ["cache_write_1h"] = cents[3] / 100m,
                ["cache_read"] = cents[4] / 100m,
            }
        ).ToJsonString();

    // The prompt is a few dozen bytes, and a provider may put some thousand tokens around it.
    private static ClaudeReply AnyReply(int kind, int[] prompt, int output)
    {
        var reply = new ClaudeReply
        {
            Input = prompt[0] / 4,
            CacheWrite5m = prompt[1] / 4,
            CacheWrite1h = prompt[2] / 4,
            CacheRead = prompt[3] / 4,
            Output = output,
        };
        return kind switch
        {
            0 => reply with { End = ReplyEnd.Refused },
            1 => reply with { End = ReplyEnd.CutOff },
            2 => reply with { EndsEarly = true },
            3 => reply with { FailsInStream = true },
            4 => reply with { Status = 500 },
            _ => reply,
        };
    }

    private async Task<ModelAnswer> AskAsync(
        LanguageModel model,
        SpendingCeiling? ceiling = null,
        CancellationToken? cancellationToken = null
    ) =>
        await model.AskAsync(
            new ModelQuestion
            {
                Fixed = "the rules",
                Particular = "the case",
                Turns = [new(false, "first"), new(true, "{}"), new(false, "again")],
                Schema = JsonSerializer.SerializeToElement(
                    JsonNode.Parse("""{"type":"object","properties":{},"required":[],"additionalProperties":false}""")
                ),
                SchemaName = "agent",
                Purpose = ModelPurpose.Create,
            },
            model: null,
            ceiling ?? _ceiling,
            new Progress<long>(),
            cancellationToken ?? CancellationToken
        );

    private LanguageModel Model(Action<ModelOptions>? change = null, Func<string, string?>? environment = null)
    {
        var options = new ModelOptions { BaseAddress = _claude.Address };
        change?.Invoke(options);
        var given = Options.Create(options);
        var keys = new ModelKeys(
            given,
            new ModelEnvironment(environment ?? (name => name == "ANTHROPIC_API_KEY" ? Key : null)),
            new KnownSecrets()
        );
        return new LanguageModel(given, new ModelPrices(given), keys, KeepAsync, _time);
    }

    private Task KeepAsync(ModelCallRow call)
    {
        lock (_kept)
        {
            _kept.Add(call);
        }
        return Task.CompletedTask;
    }
}
