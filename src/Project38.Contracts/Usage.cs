using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Project38.Contracts;

/// <summary>What was used so far, by all agents or by one. <c>GET /api/usage</c>, <c>GET /api/agents/{id}/usage</c>.</summary>
public sealed record UsageResponse
{
    /// <summary>IANA zone whose midnight begins a day and a month.</summary>
    public required string Timezone { get; init; }

    /// <summary>Since midnight.</summary>
    public required PeriodUsageResponse Today { get; init; }

    /// <summary>Since the first of the month.</summary>
    public required PeriodUsageResponse Month { get; init; }

    /// <summary>All there ever was; of agents that were deleted too.</summary>
    public required PeriodUsageResponse Ever { get; init; }

    /// <summary>All there ever was, by model, the dearest first.</summary>
    public required IReadOnlyList<ModelUsageResponse> ByModel { get; init; }

    /// <summary>All tool calls there ever were of runs that ended, by tool and by how they ended.</summary>
    public required IReadOnlyList<ToolUsageResponse> ByTool { get; init; }
}

/// <summary>Calls of one tool that ended alike, summed. Each by itself is a step of its run.</summary>
/// <param name="Tool">Full name; <c>unknown</c>: all names that are no tool's.</param>
/// <param name="Ended"><c>ok</c>, <c>recorded</c>, or the <c>error_class</c> of its steps.</param>
/// <param name="Calls">How many.</param>
/// <param name="Seconds">How long they took.</param>
/// <param name="Bytes">Of their arguments and answers, as JSON.</param>
/// <param name="CostUsd">What they cost, in USD.</param>
public sealed record ToolUsageResponse(
    string Tool,
    string Ended,
    long Calls,
    double Seconds,
    long Bytes,
    decimal CostUsd
);

/// <summary>Calls of models, summed.</summary>
public record CallUsageResponse
{
    /// <summary>Calls, also those that failed, and those that were refused before they were sent.</summary>
    public required long Calls { get; init; }

    /// <summary>Calls without an answer; some of them cost all the same.</summary>
    public required long FailedCalls { get; init; }

    /// <summary>Calls of models without a known price: what they cost is in no sum.</summary>
    public required long UnpricedCalls { get; init; }

    /// <summary>Calls that broke off before their tokens were counted: the sum has the most they can have cost.</summary>
    public required long EstimatedCalls { get; init; }

    /// <summary>Tokens read anew.</summary>
    public required long InputTokens { get; init; }

    /// <summary>Tokens written, thinking included.</summary>
    public required long OutputTokens { get; init; }

    /// <summary>Tokens read and kept in a provider's cache.</summary>
    public required long CacheWriteTokens { get; init; }

    /// <summary>Tokens read from a provider's cache.</summary>
    public required long CacheReadTokens { get; init; }

    /// <summary>USD, to the millionth; null: there were calls, and nobody knows the price of any.</summary>
    public required decimal? CostUsd { get; init; }
}

/// <summary>What was used in a time: calls of models, and runs that ended.</summary>
public sealed record PeriodUsageResponse : CallUsageResponse
{
    /// <summary>For JSON.</summary>
    [JsonConstructor]
    public PeriodUsageResponse() { }

    /// <summary>Calls of models; what else there is to be added.</summary>
    [SetsRequiredMembers]
    public PeriodUsageResponse(CallUsageResponse calls)
        : base(calls) { }

    /// <summary>Since when; null: since ever.</summary>
    public required DateTimeOffset? Since { get; init; }

    /// <summary>Runs that ended, dry ones too.</summary>
    public required long Runs { get; init; }

    /// <summary>Seconds they took.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>Seconds of CPU, of those runs where they were counted.</summary>
    public required double CpuSeconds { get; init; }

    /// <summary>Runs whose CPU nothing counted.</summary>
    public required long UncountedRuns { get; init; }
}

/// <summary>Calls of one model.</summary>
public sealed record ModelUsageResponse : CallUsageResponse
{
    /// <summary>For JSON.</summary>
    [JsonConstructor]
    public ModelUsageResponse() { }

    /// <summary>Calls of a model; whose to be added.</summary>
    [SetsRequiredMembers]
    public ModelUsageResponse(CallUsageResponse calls)
        : base(calls)
    {
        Provider = Model = "";
    }

    /// <summary><c>claude</c>, <c>openai</c>, <c>gemini</c> or <c>ollama</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>Its name at its provider; empty: none was named.</summary>
    public required string Model { get; init; }
}
