using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;
using Project38.Core.Budgets;
using Project38.Core.Models.Calls;
using Project38.Core.Storage;
using Chunk = OpenAI.Chat.StreamingChatCompletionUpdate;

namespace Project38.Core.Models;

/// <summary>One call: asks, listens, and books what it cost.</summary>
/// <param name="options">The provider, and how far the call may go.</param>
/// <param name="model">The model's name at its provider.</param>
/// <param name="key">Null for a provider that needs none.</param>
/// <param name="reserved">What the call may cost; settled when it ends, however it ends.</param>
/// <param name="priceOf">The price of what was used; null: it counts as free.</param>
/// <param name="http">Tries again what is worth it.</param>
/// <param name="time">The time limit.</param>
internal sealed class ModelCall(
    ModelOptions options,
    string model,
    ModelKey? key,
    SpendingCeiling.Reservation reserved,
    Func<TokenUsage, ModelPrice?> priceOf,
    HttpClient http,
    TimeProvider time
)
{
    private const string Cancelled = "cancelled";
    private const int MaxAnswerCharacters = 4 * 1024 * 1024;

    private static readonly TimeSpan s_progressPeriod = TimeSpan.FromMilliseconds(500);
    private static readonly JsonDocumentOptions s_json = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    private readonly UsageCount _counted = new();

    /// <summary>What it was, once it has ended.</summary>
    public EndedCall? Ended { get; private set; }

    private Activity? _span;
    private long _started;

    /// <summary>Asks. Whatever the provider does, the answer says it.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="progress">Told now and then how many characters have come.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws, once the call is booked.</param>
    public async Task<ModelAnswer> AskAsync(
        ModelQuestion question,
        IProgress<long> progress,
        CancellationToken cancellationToken
    )
    {
        using var span = _span = ModelInstruments.TraceCall(options.Provider, model);
        _started = time.GetTimestamp();
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        Heard heard;
        try
        {
            using var client = ModelClients.Create(options, model, key?.Value, http);
            heard = options.Stream
                ? await StreamAsync(client, question, progress, either.Token)
                : await WholeAsync(client, question, either.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Settle(Cancelled, mayCost: true);
            throw;
        }
        catch (OperationCanceledException)
        {
            return Failed(ModelFailure.TimedOut, ModelWords.TimedOut(options), mayCost: true);
        }
        catch (Exception exception) when (ProviderFault.Of(exception, options, model, key, _counted.Spoke) is { } fault)
        {
            return Failed(fault.Failure, fault.Message, fault.MayCost);
        }

        // Cancelled between two pieces, where a library may end its stream without a word.
        if (cancellationToken.IsCancellationRequested)
        {
            Settle(Cancelled, mayCost: true);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return Read(heard);
    }

    private async Task<Heard> StreamAsync(
        IChatClient client,
        ModelQuestion question,
        IProgress<long> progress,
        CancellationToken cancellationToken
    )
    {
        var text = new StringBuilder();
        ChatFinishReason? reason = null;
        var refused = false;
        var spoke = false;
        var told = time.GetTimestamp();
        await foreach (
            var update in client.GetStreamingResponseAsync(Messages(question), Options(question), cancellationToken)
        )
        {
            spoke = true;
            _counted.Add(update);
            reason = update.FinishReason ?? reason;
            refused |= IsRefusal(update.Contents) || update.RawRepresentation is Chunk { RefusalUpdate.Length: > 0 };
            text.Append(update.Text);
            if (text.Length > MaxAnswerCharacters)
            {
                return new Heard("", ChatFinishReason.Length, refused, spoke);
            }

            if (time.GetElapsedTime(told) >= s_progressPeriod)
            {
                progress.Report(text.Length);
                told = time.GetTimestamp();
            }
        }

        return new Heard(text.ToString(), reason, refused, spoke);
    }

    private async Task<Heard> WholeAsync(
        IChatClient client,
        ModelQuestion question,
        CancellationToken cancellationToken
    )
    {
        var response = await client.GetResponseAsync(Messages(question), Options(question), cancellationToken);
        _counted.Add(response);
        return new Heard(
            response.Text,
            response.FinishReason,
            response.Messages.Any(message => IsRefusal(message.Contents)),
            Spoke: true
        );
    }

    private static bool IsRefusal(IEnumerable<AIContent> contents) =>
        contents.OfType<ErrorContent>().Any(error => error.ErrorCode == "Refusal");

    private ModelAnswer Read(Heard heard)
    {
        if (heard.Reason is not { } reason)
        {
            var words = heard.Spoke ? ModelWords.BrokenOff(options) : ModelWords.NotTheApi(options);
            return Failed(ModelFailure.ConnectionLost, words, mayCost: true);
        }

        if (heard.Refused || reason == ChatFinishReason.ContentFilter)
        {
            return Failed(ModelFailure.Refused, ModelWords.Refused(model), mayCost: false);
        }

        if (reason == ChatFinishReason.Length)
        {
            return Failed(ModelFailure.CutOff, ModelWords.CutOff(model), mayCost: false);
        }

        try
        {
            using var document = JsonDocument.Parse(heard.Text, s_json);
            if (document.RootElement.ValueKind == JsonValueKind.Object && StorableText.IsText(document.RootElement))
            {
                return new ModelAnswer.Answered(document.RootElement.Clone(), heard.Text)
                {
                    Model = model,
                    Usage = _counted.Usage,
                    Cost = Settle(ModelCallRow.Answered, mayCost: false),
                };
            }
        }
        catch (JsonException)
        {
            // Told below, as any other text that is no object.
        }

        return Failed(ModelFailure.NoObject, ModelWords.NoObject(model), mayCost: false);
    }

    private ModelAnswer.Failed Failed(ModelFailure failure, string message, bool mayCost) =>
        new(failure, message)
        {
            Model = model,
            Usage = _counted.Usage,
            Cost = Settle(failure.ToSnakeCase(), mayCost),
        };

    /// <summary>Books the call: what the provider counted; where it did not come to that, the most it can have been.</summary>
    private decimal Settle(string outcome, bool mayCost)
    {
        var price = priceOf(_counted.Usage);
        var known = price?.CostOf(_counted.Usage) ?? 0;

        // A whole answer without a count, from a server that only half speaks the API, was no gift either.
        var estimated = mayCost || (_counted.Spoke && !_counted.KnowsPrompt);
        var cost = estimated ? Math.Max(known, reserved.Worst) : known;
        reserved.Settle(cost);

        // Without a price only what used nothing is known to have cost nothing.
        var free = !estimated && _counted.Usage.Total == 0;
        Ended = new EndedCall(outcome, _counted.Usage, price is null && !free ? null : cost, estimated);
        var took = time.GetElapsedTime(_started);
        ModelInstruments.CallEnded(_span, options.Provider, model, outcome, _counted.Usage, cost, took);
        return cost;
    }

    private ChatOptions Options(ModelQuestion question) =>
        new()
        {
            MaxOutputTokens = question.MaxOutputTokens ?? options.MaxOutputTokens,
            ResponseFormat = ChatResponseFormat.ForJsonSchema(question.Schema, question.SchemaName),
            AdditionalProperties = options.Provider == ModelProvider.OpenAI ? new() { ["strict"] = true } : null,
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

    /// <summary>What came of listening.</summary>
    /// <param name="Text">All of the answer.</param>
    /// <param name="Reason">Why it ended; null: it did not come to its end.</param>
    /// <param name="Refused">Whether the model said that it will not.</param>
    /// <param name="Spoke">Whether anything of the API came at all.</param>
    private sealed record Heard(string Text, ChatFinishReason? Reason, bool Refused, bool Spoke);
}

/// <summary>What a call was.</summary>
/// <param name="Outcome">As <see cref="ModelCallRow.Outcome"/>.</param>
/// <param name="Usage">As the provider counted it.</param>
/// <param name="Cost">In USD, unrounded; null: nobody knows the price.</param>
/// <param name="Estimated">Whether that is the most it can have been.</param>
internal sealed record EndedCall(string Outcome, TokenUsage Usage, decimal? Cost, bool Estimated);
