using System.Text.Json.Serialization;

namespace Project38.Contracts;

/// <summary>A creation or an edit that goes on behind a 202. <c>GET /api/generations/{id}</c>.</summary>
public sealed record GenerationResponse
{
    /// <summary>Its name.</summary>
    public required string Id { get; init; }

    /// <summary><c>running</c>, <c>done</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public required string Status { get; init; }

    /// <summary>What was done so far, in order.</summary>
    public required IReadOnlyList<ProgressResponse> Progress { get; init; }

    /// <summary>The agent, when <c>done</c>.</summary>
    public required CreatedAgentResponse? Agent { get; init; }

    /// <summary>What an edit came to, when <c>done</c>; left out of a creation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EditResponse? Edit { get; init; }

    /// <summary>What went wrong, when <c>failed</c> or <c>cancelled</c>.</summary>
    public required ProblemResponse? Problem { get; init; }
}

/// <summary>One thing that was done. Event <c>progress</c> of <c>GET /api/generations/{id}/events</c>.</summary>
/// <param name="Step"><c>writing</c>, <c>understood</c>, <c>wrote</c>, <c>checked</c>, <c>tried</c>, <c>looked</c>, <c>challenged</c>, <c>kept</c>, <c>repair</c>, <c>stopped</c>…</param>
/// <param name="Text">What came of it, for a person.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record ProgressResponse(string Step, string Text, double Seconds);
