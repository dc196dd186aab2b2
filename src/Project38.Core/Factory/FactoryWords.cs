using Project38.Core.Budgets;
using Project38.Core.Factory.Generation;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Trial;
using Project38.Core.Factory.Validation;

namespace Project38.Core.Factory;

/// <summary>What came of each step, for a person.</summary>
internal static class FactoryWords
{
    public static string Wrote(GeneratedAgent agent)
    {
        var origin = agent.Origin switch
        {
            "import" => "imported",
            var made when made.StartsWith("blueprint:", StringComparison.Ordinal) =>
                $"from the blueprint {made["blueprint:".Length..]}",
            var made when made.StartsWith("model:", StringComparison.Ordinal) => $"by {made["model:".Length..]}",
            var made => $"by {made}",
        };
        var tests = agent.Tests is null ? "without tests" : "with tests";
        return $"{Count(agent.Code.AsSpan().TrimEnd().Count('\n') + 1, "line")} {origin}, {tests}";
    }

    /// <summary>Why a wish that no model reads changed nothing, and how to have one read it.</summary>
    public static string NotChanged(AgentBrief brief, string reason) =>
        Sentence
            .Read(brief.Description)
            .Language.Say(
                "Nothing was changed. Without a model, brief and wish must be one sentence that a blueprint serves: "
                    + $"“{brief.Description}”. A model understands more: set ANTHROPIC_API_KEY and start again.\n{reason}",
                $"שום דבר לא השתנה. בלי מודל, הבקשה והתוספת צריכות להיות משפט אחד שתבנית מבינה: “{brief.Description}”. "
                    + $"מודל מבין יותר: יש להגדיר ANTHROPIC_API_KEY ולהפעיל שוב.\n{reason}"
            );

    public static string Checked(ValidationReport report)
    {
        var errors = report.Findings.Count(finding => finding.Severity == FindingSeverity.Error);
        var warnings = report.Findings.Count - errors;
        var found = (errors, warnings) switch
        {
            (0, 0) => "no findings",
            (0, _) => Count(warnings, "warning"),
            (_, 0) => Count(errors, "error"),
            _ => $"{Count(errors, "error")} and {Count(warnings, "warning")}",
        };
        return $"syntax, imports, contract, style: {found}";
    }

    public static string Tried(TrialReport trial)
    {
        var where = trial.Exit is { } exit ? $" in the sandbox ({SandboxEnd.Name(exit.Level)})" : "";
        var end = trial.Findings.FirstOrDefault(finding => finding.Severity == FindingSeverity.Error);
        if (end is not null)
        {
            return $"not proved{where}: {end.Message}";
        }
        return trial.Smoke
            ? $"{(trial.Succeeded ? "ran once" : "failed")} against stand-ins{where}; it came without tests"
            : $"{trial.Passed} of {Count(trial.Collected, "test")} passed{where}";
    }

    public static string Spent(decimal usd) => $"the models cost {Usd.Of(usd)}";

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
