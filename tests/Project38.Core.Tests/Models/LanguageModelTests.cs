using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Project38.Core.Budgets;
using Project38.Core.Models;
using Project38.Testing;

namespace Project38.Core.Tests.Models;

/// <summary>The model over real HTTP, plain and streamed, with every way it can go wrong.</summary>
public sealed class LanguageModelTests : IAsyncLifetime
{
    private const string Key = "sk-test-key";

    private readonly SpendingCeiling _ceiling = new(3.00m);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero))
    {
        AutoAdvanceAmount = TimeSpan.Zero,
    };

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
    }

    [Fact]
    public async Task AskAsync_SendsWhatTheApiWants_AndNothingElse()
    {
        _claude.Reply(new ClaudeReply());
        using var model = Model();

        await AskAsync(model);

        var request = _claude.Requests.ShouldHaveSingleItem();
        request.Key.ShouldBe(Key);
        JsonNode
            .DeepEquals(
                request.Body,
                JsonNode.Parse(
                    """
                    {
                      "model": "claude-sonnet-5-5",
                      "max_tokens": 32000,
                      "stream": true,
                      "system": [
                        { "type": "text", "text": "the rules", "cache_control": { "type": "ephemeral", "ttl": "5m" } },
                        { "type": "text", "text": "the case" }
                      ],
                      "messages": [
                        { "role": "user", "content": [{ "type": "text", "text": "first" }] },
                        { "role": "assistant", "content": [{ "type": "text", "text": "{}" }] },
                        { "role": "user", "content": [{ "type": "text", "text": "again" }] }
                      ],
                      "output_config": {
                        "format": {
                          "type": "json_schema",
                          "schema": { "type": "object", "properties": {}, "required": [], "additionalProperties": false }
                        }
                      }
                    }
                    """
                )
            )
            .ShouldBeTrue(request.Body.ToJsonString());
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(529)]
    public async Task AskAsync_AsksAgainAfterTheServersDelay_WhenItIsBusy(int status)
    {
        _claude.Reply(new ClaudeReply { Status = status, RetryAfter = "7" }, new ClaudeReply { Text = """{"a": 1}""" });
        using var model = Model();

        var asking = AskAsync(model);
        await BecomesTrueAsync(() => _claude.Requests.Count == 1);
        _time.Advance(TimeSpan.FromSeconds(6));
        var early = _claude.Requests.Count;
        var answer = await AdvanceUntilDoneAsync(asking);

        early.ShouldBe(1);
        answer.ShouldBeOfType<ModelAnswer.Answered>();
        _claude.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task AskAsync_GivesUp_WhenTheServerIsBusyTooOften()
    {
        _claude.Reply([.. Enumerable.Repeat(new ClaudeReply { Status = 529, Error = "Overloaded" }, 10)]);
        using var model = Model();

        var answer = await AdvanceUntilDoneAsync(AskAsync(model));

        var failed = answer.ShouldBeOfType<ModelAnswer.Failed>();
        failed.Failure.ShouldBe(ModelFailure.Unavailable);
        failed.Message.ShouldContain("529");
        failed.Cost.ShouldBe(0);
        _claude.Requests.Count.ShouldBe(5);
    }

    [Fact]
    public async Task AskAsync_DoesNotWait_WhenTheServerAsksForAnHour()
    {
        _claude.Reply(new ClaudeReply { Status = 429, RetryAfter = "3600" });
        using var model = Model();

        var answer = await AskAsync(model);

        answer.ShouldBeOfType<ModelAnswer.Failed>().Failure.ShouldBe(ModelFailure.Unavailable);
        _claude.Requests.Count.ShouldBe(1);
    }

    public static TheoryData<string, ModelFailure, string> Faults =>
        new()
        {
            { "401", ModelFailure.KeyRejected, "ANTHROPIC_API_KEY" },
            { "403", ModelFailure.KeyRejected, "ANTHROPIC_API_KEY" },
            { "404", ModelFailure.NoSuchModel, "P38_MODEL" },
            { "400", ModelFailure.RequestRejected, "It says: Bad thing." },
            { "refusal", ModelFailure.Refused, "refused" },
            { "max_tokens", ModelFailure.CutOff, "cut off" },
            { "no json", ModelFailure.NoObject, "no JSON object" },
            { "[1]", ModelFailure.NoObject, "no JSON object" },
            { "", ModelFailure.NoObject, "no JSON object" },
            { "ends early", ModelFailure.ConnectionLost, "broke" },
            { "fails in stream", ModelFailure.Unavailable, "broke off" },
            { "no api", ModelFailure.ConnectionLost, "P38_MODEL_URL" },
        };

    [Theory, MemberData(nameof(Faults))]
    public async Task AskAsync_SaysWhatWentWrong_InItsOwnWords(string fault, ModelFailure failure, string words)
    {
        _claude.Reply(
            fault switch
            {
                "refusal" or "max_tokens" => new ClaudeReply { StopReason = fault, Text = """{"a": """ },
                "ends early" => new ClaudeReply { EndsEarly = true },
                "fails in stream" => new ClaudeReply { FailsInStream = true },
                "no api" => new ClaudeReply { Raw = "<html>Hello</html>" },
                _ when int.TryParse(fault, out var status) => new ClaudeReply { Status = status, Error = "Bad thing" },
                _ => new ClaudeReply { Text = fault },
            }
        );
        using var model = Model();

        var answer = await AskAsync(model);

        var failed = answer.ShouldBeOfType<ModelAnswer.Failed>();
        failed.Failure.ShouldBe(failure);
        failed.Message.ShouldContain(words);
        failed.Message.ShouldNotContain(Key);
    }

    [Fact]
    public async Task AskAsync_SaysThatTheConnectionBroke_WhenItIsReset()
    {
        _claude.Reply([.. Enumerable.Repeat(new ClaudeReply { Breaks = true }, 10)]);
        using var model = Model();

        var answer = await AdvanceUntilDoneAsync(AskAsync(model));

        answer.ShouldBeOfType<ModelAnswer.Failed>().Failure.ShouldBe(ModelFailure.ConnectionLost);
        _ceiling.Spent.ShouldBe(answer.Cost);
        answer.Cost.ShouldBeGreaterThan(0.32m);
    }

    [Theory]
    [InlineData("ends early")]
    [InlineData("fails in stream")]
    public async Task AskAsync_BooksTheMostItCanHaveBeen_WhenTheProviderNeverSaid(string fault)
    {
        _claude.Reply(new ClaudeReply { EndsEarly = fault == "ends early", FailsInStream = fault != "ends early" });
        using var model = Model();

        var answer = await AskAsync(model);

        answer.Cost.ShouldBeGreaterThan(0.32m); // all the output it might have had
        _ceiling.Spent.ShouldBe(answer.Cost);
        answer.Usage.Input.ShouldBe(1000);
    }

    [Fact]
    public async Task AskAsync_CountsARefusal_AsAnyOtherAnswer()
    {
        _claude.Reply(
            new ClaudeReply
            {
                StopReason = "refusal",
                Input = 1_000_000,
                Output = 100,
            }
        );
        using var model = Model();

        var answer = await AskAsync(model);

        answer.Cost.ShouldBe(2.001m);
    }

    [Fact]
    public async Task AskAsync_TimesOut_WhenNothingComes()
    {
        _claude.Reply(new ClaudeReply { Hangs = true });
        using var model = Model();

        var asking = AskAsync(model);
        await _claude.Hanging.WaitAsync(CancellationToken);
        _time.Advance(TimeSpan.FromMinutes(6));
        var answer = await asking;

        var failed = answer.ShouldBeOfType<ModelAnswer.Failed>();
        failed.Failure.ShouldBe(ModelFailure.TimedOut);
        failed.Message.ShouldContain("300 s");
    }

    [Fact]
    public async Task AskAsync_IsCancelledNotFailed_WhenTheUserGivesUp()
    {
        _claude.Reply(new ClaudeReply { Hangs = true });
        using var model = Model();
        using var impatience = new CancellationTokenSource();

        var asking = AskAsync(model, cancellationToken: impatience.Token);
        await _claude.Hanging.WaitAsync(CancellationToken);
        await impatience.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => asking);
        _ceiling.Spent.ShouldBeGreaterThan(0); // it may have been done, and be charged
        _ceiling.Left.ShouldBe(_ceiling.Limit - _ceiling.Spent);
    }

    [Fact]
    public async Task AskAsync_SendsNothing_WhenThereIsNoKey()
    {
        using var model = Model(environment: _ => null);

        var answer = await AskAsync(model);

        model.IsConfigured.ShouldBeFalse();
        var failed = answer.ShouldBeOfType<ModelAnswer.Failed>();
        failed.Failure.ShouldBe(ModelFailure.NoKey);
        failed.Message.ShouldContain("ANTHROPIC_API_KEY");
        _claude.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task AskAsync_TakesTheKeyOfTheFile_WhenThereIsOne()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["key"], " sk-of-the-file \n", CancellationToken);
        _claude.Reply(new ClaudeReply());
        using var model = Model(options => options.KeyFile = folder["key"]);

        await AskAsync(model);

        _claude.Requests.ShouldHaveSingleItem().Key.ShouldBe("sk-of-the-file");
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

        using var model = Model(options => options.KeyFile = folder["key"]);

        var answer = await AskAsync(model);

        answer.ShouldBeOfType<ModelAnswer.Failed>().Failure.ShouldBe(ModelFailure.NoKey);
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
    }

    [Fact]
    public async Task AskAsync_SendsNothing_WhenTheCallCouldPassTheCeiling()
    {
        using var model = Model();
        var poor = new SpendingCeiling(0.30m); // 32,000 tokens of output alone may cost 0.32

        var answer = await AskAsync(model, poor);

        var failed = answer.ShouldBeOfType<ModelAnswer.Failed>();
        failed.Failure.ShouldBe(ModelFailure.CeilingReached);
        failed.Message.ShouldContain("0.30 USD");
        poor.Left.ShouldBe(0.30m);
        _claude.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task AskAsync_StaysUnderTheCeiling_WithAnswersOfAnySize()
    {
        var random = new Random(38);
        using var model = Model();
        for (var call = 0; call < 30; call++)
        {
            _claude.Reply(new ClaudeReply { Input = random.Next(1, 4_000), Output = random.Next(1, 32_000) });

            var answer = await AskAsync(model);

            _ceiling.Spent.ShouldBeLessThanOrEqualTo(_ceiling.Limit);
            if (answer is ModelAnswer.Failed failed)
            {
                failed.Failure.ShouldBe(ModelFailure.CeilingReached);
            }
        }

        _ceiling.Left.ShouldBeLessThan(0.34m); // it did come near
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
        return new LanguageModel(
            given,
            new ModelPrices(given),
            new ModelEnvironment(environment ?? (name => name == "ANTHROPIC_API_KEY" ? Key : null)),
            _time
        );
    }

    // The delays are on the fake clock, the answers come over a real network.
    private async Task<ModelAnswer> AdvanceUntilDoneAsync(Task<ModelAnswer> asking)
    {
        while (await Task.WhenAny(asking, Task.Delay(20, CancellationToken)) != asking)
        {
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        return await asking;
    }

    private static async Task BecomesTrueAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(10, CancellationToken);
        }
    }
}
