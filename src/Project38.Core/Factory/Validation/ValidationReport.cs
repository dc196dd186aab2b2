using Project38.Core.Agents;

namespace Project38.Core.Factory.Validation;

/// <summary>All findings about one program, from all checks at once, and what was derived from it.</summary>
/// <param name="Code">The program after safe fixes and formatting.</param>
/// <param name="Tests">Its tests after the same; null when there are none.</param>
/// <param name="Findings">In order of file and line.</param>
/// <param name="Manifest">What the program needs, from its syntax tree; empty when it has none.</param>
public sealed record ValidationReport(string Code, string? Tests, IReadOnlyList<Finding> Findings, Manifest Manifest)
{
    /// <summary>The same with one finding more.</summary>
    /// <param name="finding">Null: none.</param>
    public ValidationReport With(Finding? finding) =>
        finding is null ? this : this with { Findings = [.. Findings, finding] };

    /// <summary>Whether no finding is an error.</summary>
    public bool Passed => Findings.All(finding => finding.Severity != FindingSeverity.Error);
}
