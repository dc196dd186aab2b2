using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Project38.Core.Models;

/// <summary>
/// What calls of models measure and trace, by OpenTelemetry's conventions for generative AI: meter and source
/// <c>Project38.Models</c>. Never a prompt or an answer.
/// </summary>
internal static class ModelInstruments
{
    private const string Name = "Project38.Models";
    private const string Outcome = "outcome";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "gen_ai.client.operation.duration",
        "s",
        "Time of model calls, by provider, model and outcome"
    );

    private static readonly Histogram<long> Tokens = Meter.CreateHistogram<long>(
        "gen_ai.client.token.usage",
        "{token}",
        "Tokens of model calls, by provider, model and whether they were read or written"
    );

    private static readonly Counter<double> Cost = Meter.CreateCounter<double>(
        "p38.model.cost",
        "USD",
        "What model calls cost, by provider, model and outcome"
    );

    /// <summary>Begins the span of a call.</summary>
    /// <returns>Null when nobody traces.</returns>
    public static Activity? TraceCall(ModelProvider provider, string model)
    {
        var span = Source.StartActivity($"chat {model}", ActivityKind.Client);
        foreach (var (key, value) in TagsOf(provider, model))
        {
            span?.SetTag(key, value);
        }
        return span;
    }

    /// <summary>A call that was booked.</summary>
    /// <param name="span">Its span.</param>
    /// <param name="provider">Who was asked.</param>
    /// <param name="model">The model.</param>
    /// <param name="outcome"><c>answered</c>, <c>cancelled</c>, or a <see cref="ModelFailure"/>.</param>
    /// <param name="usage">What the provider counted.</param>
    /// <param name="cost">What it was booked at, in USD.</param>
    /// <param name="took">How long it took.</param>
    public static void CallEnded(
        Activity? span,
        ModelProvider provider,
        string model,
        string outcome,
        TokenUsage usage,
        decimal cost,
        TimeSpan took
    )
    {
        span?.SetTag(Outcome, outcome)
            .SetTag("gen_ai.usage.input_tokens", usage.Prompt)
            .SetTag("gen_ai.usage.output_tokens", usage.Output);
        var tags = TagsOf(provider, model);
        Tokens.Record(usage.Prompt, new TagList([.. tags, new("gen_ai.token.type", "input")]));
        Tokens.Record(usage.Output, new TagList([.. tags, new("gen_ai.token.type", "output")]));
        var ended = new TagList([.. tags, new(Outcome, outcome)]);
        Cost.Add((double)cost, ended);
        Duration.Record(took.TotalSeconds, ended);
    }

    private static KeyValuePair<string, object?>[] TagsOf(ModelProvider provider, string model) =>
        [
            new("gen_ai.operation.name", "chat"),
            new("gen_ai.provider.name", NameOf(provider)),
            new("gen_ai.request.model", model),
        ];

    // As the conventions name them.
    private static string NameOf(ModelProvider provider) =>
        provider switch
        {
            ModelProvider.Claude => "anthropic",
            ModelProvider.OpenAI => "openai",
            ModelProvider.Gemini => "gcp.gemini",
            ModelProvider.Ollama => "ollama",
            _ => throw new ArgumentOutOfRangeException(nameof(provider), provider, "No such provider."),
        };
}
