using System.Collections.Frozen;
using Project38.Core.Agents;
using Project38.Core.Factory.Validation.Checks;

namespace Project38.Core.Factory.Validation;

/// <summary>Runs all static checks on a program, and reports all findings at once. Executes none of it.</summary>
public sealed class Validator
{
    /// <summary>Rules of our own check that bandit has rules for, too.</summary>
    private static readonly FrozenSet<string> Security = FrozenSet.Create(
        "dynamic-code",
        "native-code",
        "own-network",
        "process",
        "secret",
        "unpickling"
    );

    private readonly IReadOnlyList<ICheck> _checks;

    internal Validator(IReadOnlyList<ICheck> checks) => _checks = checks;

    /// <summary>Checks a program.</summary>
    /// <param name="code">The program.</param>
    /// <param name="tests">Its tests, or null.</param>
    /// <param name="strict">False: findings of style and docstrings are warnings. Nothing else is ever relaxed.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    /// <returns>What is wrong with the text in the report, which has safe fixes and formatting applied, at the lines of the text as given.</returns>
    public async Task<ValidationReport> ValidateAsync(
        string code,
        string? tests,
        bool strict,
        CancellationToken cancellationToken
    )
    {
        var candidate = new Candidate(code, tests);
        var findings = new List<Finding>();
        var manifest = Manifest.Empty;
        foreach (var check in _checks)
        {
            var result = await check.CheckAsync(candidate, cancellationToken);
            findings.AddRange(result.Findings);
            candidate = result.Tidied ?? candidate;
            manifest = result.Manifest ?? manifest;
            if (result.Pointless)
            {
                break;
            }
        }

        var sorted = WithoutEchoes(findings)
            .Select(finding =>
                strict || !IsStyle(finding.Rule) ? finding : finding with { Severity = FindingSeverity.Warning }
            )
            .OrderBy(finding => finding.File, StringComparer.Ordinal)
            .ThenBy(finding => finding.Line ?? 0)
            .ThenBy(finding => finding.Rule, StringComparer.Ordinal);
        return new ValidationReport(candidate.Code, candidate.Tests, [.. sorted], manifest);
    }

    // Two parsers say the same of a broken file; Python's own word is the one that counts, and ruff's is dropped. So it is
    // where bandit's rules in ruff see what our own check of security says with more words.
    private static IEnumerable<Finding> WithoutEchoes(IReadOnlyList<Finding> findings)
    {
        var said = findings.Where(finding => Security.Contains(finding.Rule)).Select(Place).ToHashSet();
        var broken = findings
            .GroupBy(finding => finding.File)
            .Where(file => file.Any(finding => finding.Rule == "syntax"))
            .ToDictionary(file => file.Key, file => file.Last(finding => finding.Rule == "syntax"));
        return findings.Where(finding =>
            !(IsOf(finding.Rule, 'S') && said.Contains(Place(finding)))
            && (
                !broken.TryGetValue(finding.File, out var kept)
                || ReferenceEquals(finding, kept)
                || finding is not { Rule: "syntax" or CheckFindings.Unavailable, Line: not null }
            )
        );
    }

    private static (string, int?) Place(Finding finding) => (finding.File, finding.Line);

    private static bool IsOf(string rule, char family) =>
        rule.Length > 1 && rule[0] == family && char.IsAsciiDigit(rule[1]);

    // pycodestyle, isort, pep8-naming, pydocstyle, bugbear. E9 is what cannot be read at all.
    private static bool IsStyle(string rule) =>
        "BDEINW".Any(family => IsOf(rule, family)) && !rule.StartsWith("E9", StringComparison.Ordinal);
}
