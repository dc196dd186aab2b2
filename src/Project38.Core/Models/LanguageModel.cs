using System.Text;
using System.Text.Json;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Project38.Core.Budgets;

namespace Project38.Core.Models;

/// <summary>Asks the configured model, within a ceiling, and counts what it costs.</summary>
public sealed class LanguageModel : IDisposable
{
    private const int MaxAnswerCharacters = 4 * 1024 * 1024;

    // What a provider puts around a prompt, in tokens: roles, the grammar of the schema, its own instructions.
    private const int Framing = 4_000;

    private static readonly TimeSpan s_progressPeriod = TimeSpan.FromMilliseconds(500);
    private static readonly JsonDocumentOptions s_json = new() { MaxDepth = 64 };

    private readonly ModelOptions _options;
    private readonly ModelPrices _prices;
    private readonly Func<string, string?> _environment;
    private readonly TimeProvider _time;
    private readonly Lazy<HttpClient> _http;

    /// <summary>A model by its options. Nothing is sent or read before the first question.</summary>
    /// <param name="options">Which model, and how far a call may go.</param>
    /// <param name="prices">What it costs.</param>
    /// <param name="environment">Where the key is when no file has it.</param>
    /// <param name="time">Time limits, delays, and the day of a price.</param>
    public LanguageModel(
        IOptions<ModelOptions> options,
        ModelPrices prices,
        ModelEnvironment environment,
        TimeProvider time
    )
    {
        _options = options.Value;
        _prices = prices;
        _environment = environment.Read;
        _time = time;
        _http = new(() =>
        {
            var http = ModelHttp.Create(_options, time);
            http.BaseAddress = _options.BaseAddress ?? ModelDefaults.Of(_options.Provider).BaseAddress;
            return http;
        });
    }

    /// <summary>The model that is asked first; null when none is named.</summary>
    public string? Model => _options.Model ?? ModelDefaults.Of(_options.Provider).Model;

    /// <summary>The model to go to when the first does not get it right; null: none.</summary>
    public string? FallbackModel => _options.FallbackModel;

    /// <summary>Whether there is all that a question needs; otherwise the platform works without a model.</summary>
    /// <exception cref="ModelSetupException">There is something, and it cannot be right.</exception>
    public bool IsConfigured => Model is not null && (!NeedsKey || ModelKey.Find(_options, _environment) is not null);

    private bool NeedsKey => ModelDefaults.Of(_options.Provider).KeyVariable is not null;

    /// <summary>Asks one question.</summary>
    /// <param name="question">It.</param>
    /// <param name="model">The model; null: <see cref="Model"/>.</param>
    /// <param name="ceiling">What the call could cost at most is reserved there before it.</param>
    /// <param name="progress">Told now and then how many characters have come.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws. What was used until then is settled.</param>
    public async Task<ModelAnswer> AskAsync(
        ModelQuestion question,
        string? model,
        SpendingCeiling ceiling,
        IProgress<long> progress,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        var name = model ?? Model;
        string? key;
        ModelPrice? price;
        var promptTokens = MostTokensOf(question);
        try
        {
            key = ModelKey.Find(_options, _environment);
            price = name is null ? null : _prices.Find(name, _time.GetUtcNow(), promptTokens);
        }
        catch (ModelSetupException exception)
        {
            return Unasked(name, ModelFailure.NoKey, exception.Message);
        }

        if (name is null || (key is null && NeedsKey))
        {
            return Unasked(name, ModelFailure.NoKey, ModelWords.HowToConfigure(_options));
        }

        if (price is null && !_options.AllowedWithoutPrice.Contains(name))
        {
            return Unasked(name, ModelFailure.NoPrice, ModelWords.NoPrice(name, promptTokens));
        }

        var worst = price?.WorstOf(promptTokens, _options.MaxOutputTokens) ?? 0;
        using var reserved = ceiling.TryReserve(worst);
        if (reserved is null)
        {
            return Unasked(name, ModelFailure.CeilingReached, ModelWords.CeilingReached(ceiling, worst));
        }

        return await CallAsync(new Call(question, name, key, price, reserved), progress, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_http.IsValueCreated)
        {
            _http.Value.Dispose();
        }
    }

    private async Task<ModelAnswer> CallAsync(Call call, IProgress<long> progress, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var counted = new UsageCount();
        try
        {
            using var client = ModelClients.Create(_options, call.Model, call.Key, _http.Value);
            var (text, reason) = _options.Stream
                ? await StreamAsync(client, call.Question, counted, progress, either.Token)
                : await WholeAsync(client, call.Question, counted, either.Token);
            return reason is null
                ? Failed(
                    call,
                    counted,
                    ModelFailure.ConnectionLost,
                    counted.KnowsPrompt ? ModelWords.BrokenOff(_options) : ModelWords.NotTheApi(_options),
                    mayCost: true
                )
                : Read(text, reason.Value, call, Settle(call, counted, mayCost: false), counted.Usage);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Settle(call, counted, mayCost: true);
            throw;
        }
        catch (OperationCanceledException)
        {
            return Failed(call, counted, ModelFailure.TimedOut, ModelWords.TimedOut(_options), mayCost: true);
        }
        catch (Exception exception) when (ProviderFault.Of(exception, _options, call.Model) is { } fault)
        {
            return Failed(call, counted, fault.Failure, fault.Message, fault.MayCost);
        }
    }

    private async Task<(string Text, ChatFinishReason? Reason)> StreamAsync(
        IChatClient client,
        ModelQuestion question,
        UsageCount counted,
        IProgress<long> progress,
        CancellationToken cancellationToken
    )
    {
        var text = new StringBuilder();
        ChatFinishReason? reason = null;
        var told = _time.GetTimestamp();
        await foreach (
            var update in client.GetStreamingResponseAsync(Messages(question), Options(question), cancellationToken)
        )
        {
            counted.Add(update);
            reason = update.FinishReason ?? reason;
            text.Append(update.Text);
            if (text.Length > MaxAnswerCharacters)
            {
                return ("", ChatFinishReason.Length);
            }

            if (_time.GetElapsedTime(told) >= s_progressPeriod)
            {
                progress.Report(text.Length);
                told = _time.GetTimestamp();
            }
        }

        return (text.ToString(), reason);
    }

    private async Task<(string Text, ChatFinishReason? Reason)> WholeAsync(
        IChatClient client,
        ModelQuestion question,
        UsageCount counted,
        CancellationToken cancellationToken
    )
    {
        var response = await client.GetResponseAsync(Messages(question), Options(question), cancellationToken);
        counted.Add(response);
        return (response.Text, response.FinishReason);
    }

    private static ModelAnswer Read(string text, ChatFinishReason reason, Call call, decimal cost, TokenUsage usage)
    {
        if (reason == ChatFinishReason.ContentFilter)
        {
            return Failed(ModelFailure.Refused, ModelWords.Refused(call.Model));
        }

        if (reason == ChatFinishReason.Length)
        {
            return Failed(ModelFailure.CutOff, ModelWords.CutOff(call.Model));
        }

        try
        {
            using var document = JsonDocument.Parse(text, s_json);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return new ModelAnswer.Answered(document.RootElement.Clone(), text)
                {
                    Model = call.Model,
                    Usage = usage,
                    Cost = cost,
                };
            }
        }
        catch (JsonException)
        {
            // Told below, as any other text that is no object.
        }

        return Failed(ModelFailure.NoObject, ModelWords.NoObject(call.Model));

        ModelAnswer Failed(ModelFailure failure, string message) =>
            new ModelAnswer.Failed(failure, message)
            {
                Model = call.Model,
                Usage = usage,
                Cost = cost,
            };
    }

    private static ModelAnswer Failed(
        Call call,
        UsageCount counted,
        ModelFailure failure,
        string message,
        bool mayCost
    ) =>
        new ModelAnswer.Failed(failure, message)
        {
            Model = call.Model,
            Usage = counted.Usage,
            Cost = Settle(call, counted, mayCost),
        };

    /// <summary>Books a call: what the provider counted; where it broke off, the most it can still have been.</summary>
    private static decimal Settle(Call call, UsageCount counted, bool mayCost)
    {
        var known = call.Price?.CostOf(counted.Usage) ?? 0;
        var cost = mayCost ? Math.Max(known, call.Reserved.Worst) : known;
        call.Reserved.Settle(cost);
        return cost;
    }

    private static ModelAnswer.Failed Unasked(string? model, ModelFailure failure, string message) =>
        new(failure, message)
        {
            Model = model ?? "",
            Usage = TokenUsage.None,
            Cost = 0,
        };

    private ChatOptions Options(ModelQuestion question) =>
        new()
        {
            MaxOutputTokens = _options.MaxOutputTokens,
            ResponseFormat = ChatResponseFormat.ForJsonSchema(question.Schema, question.SchemaName),
            AdditionalProperties =
                _options.Provider == ModelProvider.OpenAI ? new() { ["strictJsonSchema"] = true } : null,
        };

    // The mark ends the part that is the same for every question. Providers other than Claude do not see it.
    private static List<ChatMessage> Messages(ModelQuestion question) =>
        [
            new(
                ChatRole.System,
                [new TextContent(question.Fixed).WithCacheControl(Ttl.Ttl5m), new TextContent(question.Particular)]
            ),
            .. question.Turns.Select(turn => new ChatMessage(
                turn.OfModel ? ChatRole.Assistant : ChatRole.User,
                turn.Text
            )),
        ];

    /// <summary>More tokens than the prompt can have: no token is shorter than a byte.</summary>
    private static long MostTokensOf(ModelQuestion question) =>
        Framing
        + Encoding.UTF8.GetByteCount(question.Fixed)
        + Encoding.UTF8.GetByteCount(question.Particular)
        + Encoding.UTF8.GetByteCount(question.Schema.GetRawText())
        + question.Turns.Sum(turn => (long)Encoding.UTF8.GetByteCount(turn.Text));

    private sealed record Call(
        ModelQuestion Question,
        string Model,
        string? Key,
        ModelPrice? Price,
        SpendingCeiling.Reservation Reserved
    );
}

/// <summary>Where environment variables come from.</summary>
/// <param name="Read">Gives a variable's value, or null.</param>
public sealed record ModelEnvironment(Func<string, string?> Read)
{
    /// <summary>This process's own.</summary>
    public static ModelEnvironment OfProcess { get; } = new(Environment.GetEnvironmentVariable);
}
