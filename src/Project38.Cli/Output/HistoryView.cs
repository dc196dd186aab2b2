using Project38.Contracts;

namespace Project38.Cli.Output;

/// <summary>How an agent's versions were made, as it is shown. The programs themselves are in the JSON.</summary>
internal static class HistoryView
{
    private const int MostLines = 20;

    /// <summary>Making by making, newest first.</summary>
    public static void Show(Screen screen, IReadOnlyList<MakingResponse> makings)
    {
        foreach (var making in makings)
        {
            var cost =
                making.TokensUsed > 0 ? $", {Spent.Tokens(making.TokensUsed)}, {Spent.Usd(making.GenerationCost)}" : "";
            screen.Faint($"{screen.Time(making.CreatedAt)}, by {making.CreatedBy}{cost}");
            var came = making switch
            {
                { Version: null } => "no version",
                { Proved: false } => $"version {making.Version}, not proved",
                _ => $"version {making.Version}",
            };
            screen.Part(making.Kind, $"{making.Asked ?? "a program somebody wrote"}\n{came}: {making.Stopped}");
            foreach (var attempt in making.Attempts)
            {
                screen.Part($"attempt {attempt.Number}", Words(attempt), good: attempt.Proved);
            }
            screen.Line();
        }
    }

    private static string Words(AttemptResponse attempt)
    {
        var tests = attempt.TestsFound > 0 ? $", {attempt.TestsPassed} of {attempt.TestsFound} tests passed" : "";
        var spent = attempt.Tokens.Input + attempt.Tokens.Output + attempt.Tokens.CacheRead;
        spent += attempt.Tokens.CacheWrite5m + attempt.Tokens.CacheWrite1h;
        var cost = spent > 0 ? $", {Spent.Tokens(spent)}, {Spent.Usd(attempt.Cost)}" : "";
        var proved =
            attempt.Proved ? "proved"
            : attempt.Code is null ? "no program"
            : "not proved";
        var lines = attempt
            .Findings.SelectMany(finding => Findings.Lines(finding))
            .Concat(attempt.Failures.Select(one => $"{one.Test} {one.Outcome}: {LastLine(one.Message)}"))
            .Concat(attempt.Problems)
            .ToList();
        var shown = lines
            .Take(MostLines)
            .Concat(lines.Count > MostLines ? [$"and {lines.Count - MostLines} more"] : []);
        return string.Join('\n', [$"{attempt.Origin}: {proved}{tests}{cost}", .. shown]);
    }

    // The end of a traceback says what went wrong.
    private static string LastLine(string message) => message.TrimEnd().ReplaceLineEndings("\n").Split('\n')[^1].Trim();
}
