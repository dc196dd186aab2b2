using Project38.Core.Factory.Trial;
using Project38.Core.Factory.Validation;
using Project38.Core.Models;

namespace Project38.Core.Factory;

/// <summary>One go at making an agent, and what came of it: one answer of a model, or the one program made without.</summary>
public sealed record AttemptReport
{
    /// <summary>1, 2, 3… within the making.</summary>
    public required int Number { get; init; }

    /// <summary>Who wrote it, for example <c>model:claude-sonnet-5-5</c>, <c>blueprint:uptime</c> or <c>import</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>The program, after safe fixes and formatting; null when there was none.</summary>
    public string? Code { get; init; }

    /// <summary>Its tests.</summary>
    public string? Tests { get; init; }

    /// <summary>The whole config it was tried with, a JSON object; null when there was no program.</summary>
    public string? Config { get; init; }

    /// <summary>What the checks and the trial found.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Tests found in the trial; 0 when there was none.</summary>
    public int TestsFound { get; init; }

    /// <summary>Tests that passed.</summary>
    public int TestsPassed { get; init; }

    /// <summary>Tests that did not.</summary>
    public IReadOnlyList<TrialFailure> Failures { get; init; } = [];

    /// <summary>What of the answer could not be used, what the model asked, or why there is no answer.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Whether it passed its checks and its trial.</summary>
    public bool Proved { get; init; }

    /// <summary>Tokens of the call.</summary>
    public TokenUsage Usage { get; init; } = TokenUsage.None;

    /// <summary>USD of the call, unrounded.</summary>
    public decimal Cost { get; init; }
}
