namespace Project38.Contracts;

/// <summary>A run that was executed again, without the world. <c>POST /api/runs/{id}/replay</c>.</summary>
public sealed record ReplayResponse
{
    /// <summary>The run.</summary>
    public required long RunId { get; init; }

    /// <summary>Whether it made the same calls, ended alike, returned the same and printed the same.</summary>
    public required bool Same { get; init; }

    /// <summary>What is not the same, a sentence each.</summary>
    public required IReadOnlyList<string> Differences { get; init; }

    /// <summary>How many tool calls were answered from its record.</summary>
    public required int Calls { get; init; }

    /// <summary>How it ended this time, as <see cref="RunResponse.Outcome"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why it did not succeed this time.</summary>
    public required string? Error { get; init; }

    /// <summary>What it returned this time, JSON as text; null when it did not succeed.</summary>
    public required string? Result { get; init; }

    /// <summary>What it printed this time, the last 256 KB.</summary>
    public required string Log { get; init; }

    /// <summary>Seconds.</summary>
    public required double WallSeconds { get; init; }
}
