namespace Project38.Contracts;

/// <summary>How a version of an agent was made, or was not. <c>GET /api/agents/{id}/history</c>.</summary>
public sealed record MakingResponse
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary><c>create</c>, <c>import</c>, <c>replace</c>, <c>edit</c> or <c>repair</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Number of the version it came to; null: none.</summary>
    public required int? Version { get; init; }

    /// <summary>The brief, the wish, or the error to mend; null for a program that somebody wrote.</summary>
    public required string? Asked { get; init; }

    /// <summary>Whether it came to a version that may run.</summary>
    public required bool Proved { get; init; }

    /// <summary>Why nothing more was tried.</summary>
    public required string Stopped { get; init; }

    /// <summary>Programs written.</summary>
    public required int Iterations { get; init; }

    /// <summary>Tokens of models.</summary>
    public required long TokensUsed { get; init; }

    /// <summary>USD spent on models.</summary>
    public required decimal GenerationCost { get; init; }

    /// <summary>Who asked.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>All that was tried, in order.</summary>
    public required IReadOnlyList<AttemptResponse> Attempts { get; init; }
}

/// <summary>One attempt of a making.</summary>
public sealed record AttemptResponse
{
    /// <summary>1, 2, 3… within the making.</summary>
    public required int Number { get; init; }

    /// <summary>Who wrote it, for example <c>model:claude-sonnet-5-5</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>Whether it passed its checks and its trial.</summary>
    public required bool Proved { get; init; }

    /// <summary>The program; null when there was none.</summary>
    public required string? Code { get; init; }

    /// <summary>Its tests.</summary>
    public required string? Tests { get; init; }

    /// <summary>The config it was tried with: a string that holds a JSON object.</summary>
    public required string? Config { get; init; }

    /// <summary>What the checks and the trial found.</summary>
    public required IReadOnlyList<FindingResponse> Findings { get; init; }

    /// <summary>Tests found in its trial.</summary>
    public required int TestsFound { get; init; }

    /// <summary>Tests that passed.</summary>
    public required int TestsPassed { get; init; }

    /// <summary>Tests that did not.</summary>
    public required IReadOnlyList<TestFailureResponse> Failures { get; init; }

    /// <summary>What of the answer could not be used, what the model asked, or why there is no answer.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Tokens of the call, by what they cost.</summary>
    public required TokensResponse Tokens { get; init; }

    /// <summary>USD of the call.</summary>
    public required decimal Cost { get; init; }
}

/// <summary>A test that did not pass.</summary>
/// <param name="Test">Its name.</param>
/// <param name="Outcome"><c>failed</c>, <c>skipped</c> or <c>error</c>.</param>
/// <param name="Message">Why.</param>
public sealed record TestFailureResponse(string Test, string Outcome, string Message);

/// <summary>Tokens of a call. No token is in two parts.</summary>
/// <param name="Input">Read anew.</param>
/// <param name="Output">Written, thinking included.</param>
/// <param name="CacheWrite5m">Read and kept by the provider for five minutes.</param>
/// <param name="CacheWrite1h">Read and kept by the provider for an hour.</param>
/// <param name="CacheRead">Read from what it had kept.</param>
public sealed record TokensResponse(long Input, long Output, long CacheWrite5m, long CacheWrite1h, long CacheRead);
