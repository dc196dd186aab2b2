using Project38.Core.Agents;

namespace Project38.Core.Factory.Validation;

/// <summary>All findings about one program, from all checks at once, and what was derived from it.</summary>
/// <param name="Code">The program after safe fixes and formatting.</param>
/// <param name="Tests">Its tests after the same; null when there are none.</param>
/// <param name="Findings">In order of file and line.</param>
/// <param name="Manifest">What the program needs, from its syntax tree; empty when it has none.</param>
public sealed record ValidationReport(string Code, string? Tests, IReadOnlyList<Finding> Findings, Manifest Manifest)
{
    /// <summary>What the program uses by itself, at the lines of the text as given.</summary>
    public ProgramUses Uses { get; init; } = ProgramUses.None;

    /// <summary>The same with one finding more.</summary>
    /// <param name="finding">Null: none.</param>
    public ValidationReport With(Finding? finding) => finding is null ? this : With([finding]);

    /// <summary>The same with more findings.</summary>
    public ValidationReport With(IEnumerable<Finding> findings) => this with { Findings = [.. Findings, .. findings] };

    /// <summary>Whether no finding is an error.</summary>
    public bool Passed => Findings.All(finding => finding.Severity != FindingSeverity.Error);
}
