using System.Text.Json;
using Project38.Core.Models.Calls;

namespace Project38.Core.Models;

/// <summary>One question to a model, answered by one JSON object.</summary>
public sealed record ModelQuestion
{
    /// <summary>The instructions that are the same for every question, kept in the provider's cache.</summary>
    public required string Fixed { get; init; }

    /// <summary>The instructions of this question.</summary>
    public required string Particular { get; init; }

    /// <summary>The conversation, oldest first; the last turn is the user's.</summary>
    public required IReadOnlyList<ModelTurn> Turns { get; init; }

    /// <summary>The JSON schema of the answer: an object, all properties required, no others.</summary>
    public required JsonElement Schema { get; init; }

    /// <summary>The name of the schema, for providers that want one.</summary>
    public required string SchemaName { get; init; }

    /// <summary>What the answer is for.</summary>
    public required ModelPurpose Purpose { get; init; }

    /// <summary>The most tokens of the answer, thinking included; null: <see cref="ModelOptions.MaxOutputTokens"/>.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>The making it is part of, at most 32 characters; null: of none.</summary>
    public string? Making { get; init; }

    /// <summary>The agent it is for; null: there is none yet.</summary>
    public long? AgentId { get; init; }
}

/// <summary>What one side said.</summary>
/// <param name="OfModel">True: an answer of the model; false: the user's.</param>
/// <param name="Text">What was said.</param>
public sealed record ModelTurn(bool OfModel, string Text);
