using Project38.Core.Agents;

namespace Project38.Core.Factory.Validation.Checks;

/// <summary>One static check of a program. The <see cref="Validator"/> runs them in order, and reports all they find.</summary>
/// <remarks>A check that cannot run says so in a finding of rule <see cref="CheckFindings.Unavailable"/>; it never passes.</remarks>
internal interface ICheck
{
    /// <summary>Checks a program without executing any of it.</summary>
    Task<CheckResult> CheckAsync(Candidate candidate, CancellationToken cancellationToken);
}

/// <summary>A program on its way through the checks.</summary>
/// <param name="Code">The program, as the checks before left it.</param>
/// <param name="Tests">Its tests, or null.</param>
internal sealed record Candidate(string Code, string? Tests)
{
    /// <summary>The program as it was given, whose lines its author knows; null: it is this one.</summary>
    public Candidate? Given { get; init; }

    /// <summary>The files, by the names that findings use.</summary>
    public IEnumerable<(string Name, string Text)> Files =>
        Tests is null ? [(CheckFindings.Program, Code)] : [(CheckFindings.Program, Code), (CheckFindings.Tests, Tests)];
}

/// <summary>What one check found.</summary>
/// <param name="Findings">All of it.</param>
internal sealed record CheckResult(IReadOnlyList<Finding> Findings)
{
    /// <summary>The program after safe fixes; null: unchanged.</summary>
    public Candidate? Tidied { get; init; }

    /// <summary>What the program needs, where the check derives it.</summary>
    public Manifest? Manifest { get; init; }

    /// <summary>Whether the checks behind it would only say the same again, at a price.</summary>
    public bool Pointless { get; init; }
}

/// <summary>Findings that more than one check makes.</summary>
internal static class CheckFindings
{
    public const string Program = "agent.py";
    public const string Tests = "test_agent.py";

    /// <summary>Rule of a check that could not run.</summary>
    public const string Unavailable = "check-unavailable";

    /// <summary>A check could not run: an error, whatever the reason.</summary>
    public static Finding CouldNotRun(string what, string why) =>
        new(Unavailable, FindingSeverity.Error, Line: null, $"{what} could not run, so nothing is proved: {why}");
}
