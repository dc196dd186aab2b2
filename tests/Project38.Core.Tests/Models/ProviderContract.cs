using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Project38.Core.Budgets;
using Project38.Core.Models;
using Project38.Core.Models.Calls;
using Project38.Core.Secrets;
using Project38.Testing;

namespace Project38.Core.Tests.Models;

/// <summary>What every provider has to keep, over real HTTP in its own wire format, plain and streamed.</summary>
public abstract class ProviderContract : IAsyncLifetime
{
    protected const string Key = "sk-test-key";

    private const string Schema = """
        {"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly SpendingCeiling _ceiling = new(3.00m);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly List<ModelCallRow> _kept = [];
    private ModelStandIn _standIn = null!;

    protected abstract ModelProvider Provider { get; }

    /// <summary>The environment variable of its key; null: it needs none.</summary>
    protected abstract string? KeyVariable { get; }

    /// <summary>Whether it counts what its cache had.</summary>
    protected virtual bool CountsCache => true;

    /// <summary>Whether it has a word of its own for a refusal; else it is an answer that is no JSON.</summary>
    protected virtual bool Refuses => true;

    /// <summary>How it answers to a key that is none of its own.</summary>
    protected virtual ModelReply KeyRejection { get; } = new() { Status = 401, Error = "Incorrect key." };

    protected static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _standIn = await StartAsync();

        // None of our own has the name: what a user writes is what counts.
        await File.WriteAllTextAsync(
            _folder["prices.json"],
            """[{ "model": "test-model", "input": 1, "output": 10, "cache_read": 0.1 }]""",
            CancellationToken
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _standIn.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<ModelStandIn> StartAsync();

    /// <summary>The request for one question as the provider's documentation writes it; prompts are part of it.</summary>
    protected abstract JsonNode Expected(JsonNode schema, bool stream);

    [Theory, InlineData(true), InlineData(false)]
    public async Task AskAsync_SendsWhatTheApiWants_AndNothingElse(bool stream)
    {
        _standIn.Reply(new ModelReply());
        using var model = Model(stream);

        await AskAsync(model);

        var request = _standIn.Requests.ShouldHaveSingleItem();
        request.Key.ShouldBe(KeyVariable is null ? null : Key);
        var expected = Expected(JsonNode.Parse(Schema)!, stream);
        JsonNode.DeepEquals(request.Body, expected).ShouldBeTrue(request.Body.ToJsonString());
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task AskAsync_GivesTheObject_AndPricesItsParts(bool stream)
    {
        _standIn.Reply(
            new ModelReply
            {
                Text = """{"name": "שעון"}""",
                Input = 1_000,
                CacheRead = 20_000,
                Output = 3_000,
                Thinking = 2_000,
            }
        );
        using var model = Model(stream);

        var answer = await AskAsync(model);

        var answered = answer.ShouldBeOfType<ModelAnswer.Answered>();
        answered.Value.GetProperty("name").GetString().ShouldBe("שעון");
        answered.Model.ShouldBe("test-model");
        answered.Usage.ShouldBe(
            CountsCache
                ? new TokenUsage(Input: 1_000, Output: 3_000, CacheRead: 20_000)
                : new TokenUsage(Input: 21_000, Output: 3_000)
        );
        answered.Cost.ShouldBe(CountsCache ? 0.001m + 0.030m + 0.002m : 0.021m + 0.030m);
        _ceiling.Spent.ShouldBe(answered.Cost);
    }

    [Theory, InlineData(429), InlineData(500), InlineData(503), InlineData(529)]
    public async Task AskAsync_AsksAgainAfterTheServersDelay_WhenItIsBusy(int status)
    {
        _standIn.Reply(new ModelReply { Status = status, RetryAfter = "7" }, new ModelReply());
        using var model = Model();

        var asking = AskAsync(model);
        await BecomesTrueAsync(() => _standIn.Requests.Count == 1);
        _time.Advance(TimeSpan.FromSeconds(6));
        var early = _standIn.Requests.Count;
        var answer = await AdvanceUntilDoneAsync(asking);

        early.ShouldBe(1);
        answer.ShouldBeOfType<ModelAnswer.Answered>();
        _standIn.Requests.Count.ShouldBe(2);
        _ceiling.Spent.ShouldBe(answer.Cost);
    }

    [Theory, InlineData(429), InlineData(500), InlineData(529)]
    public async Task AskAsync_GivesUp_WhenTheServerIsBusyTooOften(int status)
    {
        _standIn.Reply([.. Enumerable.Repeat(new ModelReply { Status = status, Error = "Overloaded" }, 10)]);
        using var model = Model();

        var answer = await AdvanceUntilDoneAsync(AskAsync(model));

        var failed = answer.ShouldBeOfType<ModelAnswer.Failed>();
        failed.Failure.ShouldBe(ModelFailure.Unavailable);
        failed.Message.ShouldContain(status.ToString(CultureInfo.InvariantCulture));
        failed.Message.ShouldContain("It says: Overloaded.");
        failed.Cost.ShouldBe(0);
        _standIn.Requests.Count.ShouldBe(5);
    }

    [Fact]
    public async Task AskAsync_DoesNotWait_WhenTheServerAsksForAnHour()
    {
        _standIn.Reply(new ModelReply { Status = 429, RetryAfter = "3600" });
        using var model = Model();

        var answer = await AskAsync(model);

        answer.ShouldBeOfType<ModelAnswer.Failed>().Failure.ShouldBe(ModelFailure.Unavailable);
        _standIn.Requests.Count.ShouldBe(1);
    }

    public static TheoryData<string, ModelFailure, string> Faults =>
        new()
        {
            { "403", ModelFailure.KeyRejected, "does not take the key (403). It says: Bad thing." },
            { "404", ModelFailure.NoSuchModel, "has no model test-model. It says: Bad thing. Set P38_MODEL." },
            { "400", ModelFailure.RequestRejected, "does not take the request (400). It says: Bad thing." },
            { "302", ModelFailure.RequestRejected, "does not take the request (302)." },
            { "cut off", ModelFailure.CutOff, "cut off at its longest" },
            { "no json", ModelFailure.NoObject, "no JSON object" },
            { "[1]", ModelFailure.NoObject, "no JSON object" },
            { "", ModelFailure.NoObject, "no JSON object" },
            { "no api", ModelFailure.ConnectionLost, "P38_MODEL_URL" },
        };

    [Theory, MemberData(nameof(Faults))]
    public async Task AskAsync_SaysWhatWentWrong_InItsOwnWords(string fault, ModelFailure failure, string words)
    {
        foreach (var stream in new[] { true, false })
        {
            _standIn.Reply(
                fault switch
                {
                    "cut off" => new ModelReply { End = ReplyEnd.CutOff, Text = """{"a": """ },
                    "no api" => new ModelReply { Raw = "<html>Hello</html>" },
                    _ when int.TryParse(fault, out var status) => new ModelReply
                    {
                        Status = status,
                        Error = "Bad thing",
                    },
                    _ => new ModelReply { Text = fault },
                }
            );
            using var model = Model(stream);

            var answer = await AskAsync(model);

            var failed = answer.ShouldBeOfType<ModelAnswer.Failed>();
            failed.Failure.ShouldBe(failure);
            failed.Message.ShouldContain(words);
            failed.Message.ShouldNotContain(Key);
        }
    }

    [Fact]
    public async Task AskAsync_NamesThePlaceOfTheKey_WhenItIsNotTaken()
    {
        _standIn.Reply(KeyRejection);
        using var model = Model();

        var answer = await AskAsync(model);

        var failed = answer.ShouldBeOfType<ModelAnswer.Failed>();
        failed.Failure.ShouldBe(ModelFailure.KeyRejected);
        failed.Message.ShouldContain($"It says: {KeyRejection.Error}");
        failed.Message.ShouldContain(KeyVariable is null ? "what stands before it" : $"Look at {KeyVariable}.");
        failed.Cost.ShouldBe(0);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task AskAsync_TellsARefusalFromAnAnswer_AndCountsIt(bool stream)
    {
        _standIn.Reply(
            new ModelReply
            {
                End = ReplyEnd.Refused,
                Text = "I will not.",
                Input = 1_000_000,
                Output = 100,
            }
        );
        using var model = Model(stream);

        var answer = await AskAsync(model);

        var failed = answer.ShouldBeOfType<ModelAnswer.Failed>();
        failed.Failure.ShouldBe(Refuses ? ModelFailure.Refused : ModelFailure.NoObject);
        failed.Message.ShouldContain(Refuses ? "refused" : "no JSON object");
        failed.Cost.ShouldBe(1.001m);
    }

    public static TheoryData<ModelReply, ModelFailure> BrokenStreams =>
        new()
        {
            {
                new ModelReply { EndsEarly = true },
                ModelFailure.ConnectionLost
            },
            {
                new ModelReply { Breaks = true },
                ModelFailure.ConnectionLost
            },
            {
                new ModelReply { FailsInStream = true },
                ModelFailure.Unavailable
            },
        };

    [Theory, MemberData(nameof(BrokenStreams))]
    public async Task AskAsync_BooksTheMostItCanHaveBeen_WhenAStreamBreaks(ModelReply reply, ModelFailure failure)
    {
        _standIn.Reply(reply);
        using var model = Model();

        var answer = await AskAsync(model);

        var failed = answer.ShouldBeOfType<ModelAnswer.Failed>();
        failed.Message.ShouldContain("bro");
        failed.Failure.ShouldBeOneOf(failure, ModelFailure.ConnectionLost);
        failed.Cost.ShouldBeGreaterThan(0.32m); // all the output it might have had
        _ceiling.Spent.ShouldBe(failed.Cost);
        _standIn.Requests.Count.ShouldBe(1); // a second go would have to be reserved
    }

    [Fact]
    public async Task AskAsync_IsNotAskedAgain_WhenThePlainAnswerIsLost()
    {
        _standIn.Reply(new ModelReply { Breaks = true }, new ModelReply());
        using var model = Model(stream: false);

        var answer = await AskAsync(model);

        answer.ShouldBeOfType<ModelAnswer.Failed>().Failure.ShouldBe(ModelFailure.ConnectionLost);
        answer.Cost.ShouldBeGreaterThan(0.32m);
        _standIn.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task AskAsync_CostsNothing_WhenNobodyIsThere()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var address = new Uri($"http://{nobody.LocalEndpoint}");
        nobody.Stop();
        using var model = Model(change: options => options.BaseAddress = address);

        var answer = await AdvanceUntilDoneAsync(AskAsync(model));

        var failed = answer.ShouldBeOfType<ModelAnswer.Failed>();
        failed.Failure.ShouldBe(ModelFailure.ConnectionLost);
        failed.Message.ShouldContain(address.ToString());
        failed.Cost.ShouldBe(0);
        _ceiling.Left.ShouldBe(_ceiling.Limit);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task AskAsync_TimesOut_BeforeAnAnswerAndInTheMiddleOfOne(bool inStream)
    {
        _standIn.Reply(new ModelReply { Hangs = !inStream, HangsInStream = inStream });
        using var model = Model();

        var asking = AskAsync(model);
        await _standIn.HangingOfAsync(asking);
        _time.Advance(TimeSpan.FromMinutes(6));
        var answer = await asking;

        var failed = answer.ShouldBeOfType<ModelAnswer.Failed>();
        failed.Failure.ShouldBe(ModelFailure.TimedOut);
        failed.Message.ShouldContain("300 s");
        failed.Cost.ShouldBeGreaterThan(0.32m);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task AskAsync_IsCancelledNotFailed_WhenTheUserGivesUp(bool inStream)
    {
        _standIn.Reply(new ModelReply { Hangs = !inStream, HangsInStream = inStream });
        using var model = Model();
        using var impatience = new CancellationTokenSource();

        var asking = AskAsync(model, impatience.Token);
        await _standIn.HangingOfAsync(asking);
        await impatience.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => asking);
        _ceiling.Spent.ShouldBeGreaterThan(0.32m); // it may have been done, and be charged
        _ceiling.Left.ShouldBe(_ceiling.Limit - _ceiling.Spent);
        var kept = _kept.ShouldHaveSingleItem();
        (kept.Outcome, kept.Estimated).ShouldBe(("cancelled", true));
        kept.CostMicroUsd.ShouldBe((long)Math.Round(_ceiling.Spent * 1_000_000));
    }

    [Fact]
    public async Task AskAsync_SendsNothing_WhenThereIsNoKey()
    {
        using var model = Model(environment: _ => null);

        var configured = await model.IsConfiguredAsync(CancellationToken);
        if (KeyVariable is null)
        {
            configured.ShouldBeTrue();
            return;
        }

        var answer = await AskAsync(model);

        configured.ShouldBeFalse();
        var failed = answer.ShouldBeOfType<ModelAnswer.Failed>();
        failed.Failure.ShouldBe(ModelFailure.NoKey);
        failed.Message.ShouldContain(KeyVariable);
        _standIn.Requests.ShouldBeEmpty();
    }

    private Task KeepAsync(ModelCallRow call)
    {
        _kept.Add(call);
        return Task.CompletedTask;
    }

    private async Task<ModelAnswer> AskAsync(LanguageModel model, CancellationToken? cancellationToken = null) =>
        await model.AskAsync(
            new ModelQuestion
            {
                Fixed = "the rules",
                Particular = "the case",
                Turns = [new(false, "first"), new(true, "{}"), new(false, "again")],
                Schema = JsonSerializer.SerializeToElement(JsonNode.Parse(Schema)),
                SchemaName = "agent",
                Purpose = ModelPurpose.Create,
            },
            model: null,
            _ceiling,
            new Progress<long>(),
            cancellationToken ?? CancellationToken
        );

    private LanguageModel Model(
        bool stream = true,
        Action<ModelOptions>? change = null,
        Func<string, string?>? environment = null
    )
    {
        var options = new ModelOptions
        {
            Provider = Provider,
            Model = "test-model",
            BaseAddress = _standIn.Address,
            PricesFile = _folder["prices.json"],
            Stream = stream,
        };
        change?.Invoke(options);
        var given = Options.Create(options);
        var keys = new ModelKeys(
            given,
            new ModelEnvironment(environment ?? (name => name == KeyVariable ? Key : null)),
            new KnownSecrets()
        );
        return new LanguageModel(given, new ModelPrices(given), keys, KeepAsync, _time);
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
