using System.Globalization;
using System.Text;
using Project38.Core.Factory.Validation;

namespace Project38.Core.Factory;

/// <summary>What a model is told about its own program: everything that is wrong, at once.</summary>
internal static class RepairWords
{
    // What does not help any more is what is beyond the first dozens.
    private const int MaxFindings = 40;
    private const int MaxFailures = 10;
    private const int MaxLog = 2_000;

    /// <summary>The findings and failures of an attempt.</summary>
    /// <param name="attempt">It.</param>
    /// <param name="problems">What of the answer itself could not be used.</param>
    public static string Of(Attempt? attempt, IReadOnlyList<string> problems)
    {
        var text = new StringBuilder();
        foreach (var problem in problems)
        {
            text.Append(CultureInfo.InvariantCulture, $"- Your answer: {problem}\n");
        }

        var findings = attempt is null
            ? []
            : attempt
                .Report.Findings.Concat(attempt.Trial?.Findings ?? [])
                .Where(finding => finding.Severity == FindingSeverity.Error)
                .Concat(attempt.Problems.Where(finding => finding.Rule != Attempt.AnswerRule))
                .Concat(attempt.Weaknesses)
                .ToArray();
        foreach (var finding in findings.Take(MaxFindings))
        {
            var where = finding.Line is { } line ? $"{finding.File}, line {line}" : finding.File;
            text.Append(CultureInfo.InvariantCulture, $"- {where}: {finding.Rule}: {finding.Message}\n");
        }

        if (findings.Length > MaxFindings)
        {
            text.Append(CultureInfo.InvariantCulture, $"- and {findings.Length - MaxFindings} more findings.\n");
        }

        var failures = attempt?.Trial?.Failures ?? [];
        foreach (var failure in failures.Take(MaxFailures))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"\nThe test {failure.Test} {failure.Outcome}:\n{failure.Message}\n"
            );
        }

        if (failures.Count > MaxFailures)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nand {failures.Count - MaxFailures} more tests.\n");
        }

        if (attempt?.Trial is { Finished: false, Log.Length: > 0 } trial)
        {
            var log = trial.Log.Length <= MaxLog ? trial.Log : trial.Log[^MaxLog..];
            text.Append(CultureInfo.InvariantCulture, $"\nThe trial printed:\n{log}\n");
        }

        return $"This is wrong with the program:\n\n{text}\nMend it, and answer with the whole object again.";
    }
}
