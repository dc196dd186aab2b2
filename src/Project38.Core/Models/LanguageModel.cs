using System.Text;
using Microsoft.Extensions.Options;
using Project38.Core.Budgets;
using Project38.Core.Models.Calls;
using Project38.Core.Storage;

namespace Project38.Core.Models;

/// <summary>Asks the configured model, within a ceiling, and counts what it costs. Every call is kept.</summary>
public sealed class LanguageModel : IDisposable
{
    // What a provider puts around a prompt, in tokens: roles, the grammar of the schema, its own instructions.
    private const int Framing = 4_000;
    private const int MaxName = 255;
    private const decimal MicroUsd = 1_000_000m;

    private readonly ModelOptions _options;
    private readonly ModelPrices _prices;
    private readonly ModelKeys _keys;
    private readonly KeepCall _keep;
    private readonly TimeProvider _time;
    private readonly Lazy<HttpClient> _http;

    /// <summary>A model by its options. Nothing is sent or read before the first question.</summary>
    /// <param name="options">Which model, and how far a call may go.</param>
    /// <param name="prices">What it costs.</param>
    /// <param name="keys">Where its key is found.</param>
    /// <param name="keep">Where calls are kept.</param>
    /// <param name="time">Time limits, delays, and the day of a price.</param>
    public LanguageModel(
        IOptions<ModelOptions> options,
        ModelPrices prices,
        ModelKeys keys,
        KeepCall keep,
        TimeProvider time
    )
    {
        _options = options.Value;
        _prices = prices;
        _keys = keys;
        _keep = keep;
        _time = time;
        _http = new(() => ModelHttp.Create(_options, time));
    }

    /// <summary>The model that is asked first; null when none is named.</summary>
    public string? Model => _options.Model ?? ModelDefaults.Of(_options.Provider).Model;

    /// <summary>The model to go to when the first does not get it right; null: none.</summary>
    public string? FallbackModel => _options.FallbackModel;

    /// <summary>What to do to have a model, for a person.</summary>
    public string HowToConfigure => ModelWords.HowToConfigure(_options);

    /// <summary>Whether there is all that a question needs; otherwise the platform works without a model.</summary>
    /// <exception cref="ModelSetupException">There is something, and it cannot be right.</exception>
    public async ValueTask<bool> IsConfiguredAsync(CancellationToken cancellationToken) =>
        Model is not null && (!_keys.AreNeeded || await _keys.FindAsync(cancellationToken) is not null);

    /// <summary>The most that a question can cost, in USD; 0 where nobody knows, and it is not asked or counts as free.</summary>
    /// <param name="question">It.</param>
    public decimal WorstOf(ModelQuestion question)
    {
        try
        {
            return Model is { } name ? WorstOf(question, name, _time.GetUtcNow()) ?? 0 : 0;
        }
        catch (ModelSetupException)
        {
            // Told when it is asked.
            return 0;
        }
    }

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
        var asked = _time.GetUtcNow();
        var promptTokens = MostTokensOf(question);
        ModelKey? key;
        decimal? worst;
        try
        {
            key = await _keys.FindAsync(cancellationToken);
            worst = name is null ? null : WorstOf(question, name, asked);
        }
        catch (ModelSetupException exception)
        {
            return await UnaskedAsync(question, name, ModelFailure.NoKey, exception.Message);
        }

        if (name is null || (key is null && _keys.AreNeeded))
        {
            return await UnaskedAsync(question, name, ModelFailure.NoKey, ModelWords.HowToConfigure(_options));
        }

        if (worst is null && !_options.AllowedWithoutPrice.Contains(name))
        {
            return await UnaskedAsync(question, name, ModelFailure.NoPrice, ModelWords.NoPrice(name, promptTokens));
        }

        using var reserved = ceiling.TryReserve(worst ?? 0);
        if (reserved is null)
        {
            return await UnaskedAsync(
                question,
                name,
                ModelFailure.CeilingReached,
                ModelWords.CeilingReached(ceiling, worst ?? 0)
            );
        }

        var call = new ModelCall(_options, name, key, reserved, Price, _http.Value, _time);
        ModelAnswer answer;
        try
        {
            answer = await call.AskAsync(question, progress, cancellationToken);
        }
        finally
        {
            // Here, because one that was cancelled throws.
            if (call.Ended is { } ended)
            {
                await KeepAsync(question, name, ended);
            }
        }

        return answer is ModelAnswer.Failed failed ? failed with { Message = _keys.Redact(failed.Message) } : answer;

        // By the size of the prompt that the provider counted; one beyond all sense is priced as the largest there can be.
        ModelPrice? Price(TokenUsage usage) =>
            _prices.Find(name, asked, usage.Prompt) ?? _prices.Find(name, asked, promptTokens);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_http.IsValueCreated)
        {
            _http.Value.Dispose();
        }
    }

    private async Task<ModelAnswer> UnaskedAsync(
        ModelQuestion question,
        string? model,
        ModelFailure failure,
        string message
    )
    {
        var ended = new EndedCall(failure.ToSnakeCase(), TokenUsage.None, Cost: 0, Estimated: false);
        await KeepAsync(question, model ?? "", ended);
        return new ModelAnswer.Failed(failure, message)
        {
            Model = model ?? "",
            Usage = TokenUsage.None,
            Cost = 0,
        };
    }

    private Task KeepAsync(ModelQuestion question, string model, EndedCall ended) =>
        _keep(
            new ModelCallRow
            {
                AgentId = question.AgentId,
                Making = question.Making,
                Provider = _options.Provider,
                Model = StorableText.Cut(model, MaxName),
                Purpose = question.Purpose,
                InputTokens = ended.Usage.Input,
                OutputTokens = ended.Usage.Output,
                CacheWriteTokens = ended.Usage.CacheWrite5m + ended.Usage.CacheWrite1h,
                CacheReadTokens = ended.Usage.CacheRead,
                CostMicroUsd = ended.Cost is { } cost ? (long)Math.Round(cost * MicroUsd) : null,
                Estimated = ended.Estimated,
                Outcome = ended.Outcome,
            }
        );

    private decimal? WorstOf(ModelQuestion question, string name, DateTimeOffset at) =>
        _prices.WorstOf(name, at, MostTokensOf(question), question.MaxOutputTokens ?? _options.MaxOutputTokens);

    /// <summary>More tokens than the prompt can have: no token is shorter than a byte.</summary>
    private static long MostTokensOf(ModelQuestion question) =>
        Framing
        + Encoding.UTF8.GetByteCount(question.Fixed)
        + Encoding.UTF8.GetByteCount(question.Particular)
        + Encoding.UTF8.GetByteCount(question.Schema.GetRawText())
        + question.Turns.Sum(turn => (long)Encoding.UTF8.GetByteCount(turn.Text));
}
