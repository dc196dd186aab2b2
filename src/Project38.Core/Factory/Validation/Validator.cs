using System.Collections.Frozen;
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

    private readonly RuffCheck _ruff;
    private readonly RunnerCheck _runner;
    private readonly ExternalCheck? _external;

    internal Validator(RuffCheck ruff, RunnerCheck runner, ExternalCheck? external = null)
    {
        _ruff = ruff;
        _runner = runner;
        _external = external;
    }

    /// <summary>Checks a program.</summary>
    /// <param name="code">The program.</param>
    /// <param name="tests">Its tests, or null.</param>
    /// <param name="python">The Python image it has; null: none.</param>
    /// <param name="strict">False: findings of style and docstrings are warnings. Nothing else is ever relaxed.</param>
    /// <param name="cancellationToken">Cancelled is not failed: it throws.</param>
    /// <returns>What is wrong with the text in the report, which has safe fixes and formatting applied, at the lines of the text as given.</returns>
    public async Task<ValidationReport> ValidateAsync(
        string code,
        string? tests,
        string? python,
        bool strict,
        CancellationToken cancellationToken
    )
    {
        var given = new Candidate(code, tests);
        var unreadable = TextCheck.Find(given);
        if (unreadable.Count > 0)
        {
            return Report(given, unreadable, ProgramUses.None, strict);
        }

        // Side by side: a program that comes tidy, as most do, is read once, while ruff looks at it.
        var tidying = _ruff.TidyAsync(given, cancellationToken);
        var reading = _runner.ReadAsync(given, python, cancellationToken);
        await Task.WhenAll(tidying, reading);
        var (tidied, read) = (await tidying, await reading);
        if (tidied.Candidate != given)
        {
            var asGiven = read;
            read = await _runner.ReadAsync(tidied.Candidate, python, cancellationToken);
            read = new ReadResult(
                GivenLines.Restore(read.Findings, asGiven.Findings),
                read.Uses.AtLinesOf(asGiven.Uses)
            );
        }
        IReadOnlyList<Finding> external = _external is null
            ? []
            : await _external.FindAsync(read.Uses, cancellationToken);
        return Report(tidied.Candidate, [.. tidied.Findings, .. read.Findings, .. external], read.Uses, strict);
    }

    private static ValidationReport Report(
        Candidate candidate,
        IReadOnlyList<Finding> findings,
        ProgramUses uses,
        bool strict
    )
    {
        var sorted = WithoutEchoes(findings)
            .Select(finding =>
                strict || !IsStyle(finding.Rule) ? finding : finding with { Severity = FindingSeverity.Warning }
            )
            .OrderBy(finding => finding.File, StringComparer.Ordinal)
            .ThenBy(finding => finding.Line ?? 0)
            .ThenBy(finding => finding.Rule, StringComparer.Ordinal);
        return new ValidationReport(candidate.Code, candidate.Tests, [.. sorted], uses.ToManifest()) { Uses = uses };
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
                || finding is not { Rule: "syntax" or CheckFindings.TooTangled, Line: not null }
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
