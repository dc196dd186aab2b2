using System.ComponentModel.DataAnnotations;

namespace Project38.Contracts;

/// <summary>What shall change of an agent, in words. <c>POST /api/agents/{id}/edit</c>.</summary>
public sealed record EditAgentRequest
{
    /// <summary>The wish, in any language, for example <c>also tell me when it falls</c>. The brief grows by it.</summary>
    [Required(AllowEmptyStrings = true), Text(TextAttribute.MaxDescription, MinimumLength = 3)]
    public string? Wish { get; init; }

    /// <summary>Whether the new version becomes current, with the grants it needs. Default: false, it is proposed.</summary>
    public bool? Activate { get; init; }

    /// <summary>
    /// Whether a person says yes to an agent that reads private data, reads what strangers wrote, and could send it out. Without it
    /// one that holds all three does not become current. Default: false.
    /// </summary>
    public bool? AcceptRisks { get; init; }

    /// <summary>False: findings of style and docstrings only warn. Default: true.</summary>
    public bool? StrictValidation { get; init; }

    /// <summary>The user's IANA zone, for times in the wish, where the agent has none of its own; null: UTC.</summary>
    [Text(64, MinimumLength = 1)]
    public string? Timezone { get; init; }

    /// <summary>Who asks; null: <c>user</c>.</summary>
    [Text(255, MinimumLength = 1)]
    public string? CreatedBy { get; init; }
}

/// <summary>A version that an edit came to, and how.</summary>
public sealed record EditResponse
{
    /// <summary>The agent, now.</summary>
    public required AgentResponse Agent { get; init; }

    /// <summary>The new version.</summary>
    public required VersionResponse Version { get; init; }

    /// <summary>What it changes of the version that it was made from.</summary>
    public required DiffResponse Diff { get; init; }

    /// <summary>What was understood, in the language of the wish.</summary>
    public required string Understood { get; init; }

    /// <summary>What the checks have to say; none is an error.</summary>
    public required IReadOnlyList<FindingResponse> Findings { get; init; }

    /// <summary>Tests of the new version that passed in its trial.</summary>
    public required int TestsPassed { get; init; }

    /// <summary>Tests of the version before that pass on the new program.</summary>
    public required IReadOnlyList<string> OldTestsHeld { get; init; }

    /// <summary>Tests of the version before that do not.</summary>
    public required IReadOnlyList<string> OldTestsFailed { get; init; }

    /// <summary>USD spent on models; 0 for a blueprint.</summary>
    public required decimal GenerationCost { get; init; }

    /// <summary>Programs written until one passed.</summary>
    public required int Iterations { get; init; }

    /// <summary>Tokens of models; 0 for a blueprint.</summary>
    public required long TokensUsed { get; init; }
}
