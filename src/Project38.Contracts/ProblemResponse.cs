using System.Text.Json.Serialization;

namespace Project38.Contracts;

/// <summary>An error: RFC 9457 problem details, with <c>detail</c> always there.</summary>
public sealed record ProblemResponse
{
    /// <summary>Stable name of the kind, for example <c>urn:p38:not-found</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The kind, for a person.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What was refused, why, and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>Every field that is wrong, with all that is wrong about it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; init; }

    /// <summary>What the checks found, when a program was refused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FindingResponse>? Findings { get; init; }

    /// <summary>Words of a sentence that nothing accounts for, when a brief was refused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Leftovers { get; init; }

    /// <summary>What has to be known before an agent can be written, in the brief's language.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Questions { get; init; }

    /// <summary>What a person has to say yes to before it can be done (<c>accept_risks</c>), in two sentences.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Question { get; init; }

    /// <summary>The three risks that <see cref="Question"/> is about, each with its tools.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RiskResponse>? Risks { get; init; }

    /// <summary>The draft that was kept, when a program was not proved.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? AgentId { get; init; }

    /// <summary>The version that was kept and is not current, when another was current by then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Version { get; init; }

    /// <summary>USD spent on models all the same; null: none was asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? GenerationCost { get; init; }

    /// <summary>Programs that models wrote, and questions that they asked back; null: none was asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Iterations { get; init; }

    /// <summary>Tokens of models; null: none was asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? TokensUsed { get; init; }
}
