using Project38.Contracts;

namespace Project38.Cli.Output;

/// <summary>A backtest on the screen: a line for each run, what comes anew and what is gone, and the sums.</summary>
internal static class Backtests
{
    /// <summary>Shows it.</summary>
    public static void Show(Screen screen, BacktestResponse backtest)
    {
        screen.Table(
            ["RUN", "BEGAN", "STATUS", "WHAT CHANGES"],
            backtest.Runs.SelectMany(run =>
            {
                IReadOnlyList<string> lines = [.. LinesOf(run)];
                return lines
                    .DefaultIfEmpty("-")
                    .Select(
                        (line, index) =>
                            (IReadOnlyList<string>)(
                                index == 0
                                    ? [$"{run.RunId}", screen.ShortTime(run.StartedAt), run.Status, line]
                                    : ["", "", "", line]
                            )
                    );
            })
        );
        screen.Line();
        screen.Line(
            $"Version {backtest.Version} over {Counted(backtest.Runs.Count, "recorded run")}: {backtest.Same} same, "
                + $"{backtest.Changed} changed, {backtest.Diverged} diverged, {backtest.Failed} failed; "
                + $"{Counted(backtest.Appeared, "call")} anew, {backtest.Gone} gone."
        );
        if (backtest.Skipped > 0)
        {
            screen.Line($"{Counted(backtest.Skipped, "run")} left out: the record is cut, or the run was killed.");
        }
        if (backtest.NotReached > 0)
        {
            screen.Line($"{Counted(backtest.NotReached, "run")} not reached in time. Take fewer with --last.");
        }
    }

    private static IEnumerable<string> LinesOf(BacktestRunResponse run)
    {
        if (run.Detail is { } detail)
        {
            // Of a traceback the last line says what it was.
            yield return detail.TrimEnd().Split('\n')[^1];
        }
        if (run.Status is "changed" && run.OldOutcome != run.NewOutcome)
        {
            yield return $"{run.OldOutcome} → {run.NewOutcome}";
        }
        if (run.Status is "changed" && (run.OldResult ?? run.NewResult) is not null)
        {
            yield return $"result {run.OldResult ?? "none"} → {run.NewResult ?? "none"}";
        }
        foreach (var line in Calls("+", run.AppearedCalls, run.Appeared).Concat(Calls("-", run.GoneCalls, run.Gone)))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Calls(string sign, IReadOnlyList<BacktestCallResponse> calls, int all)
    {
        foreach (var call in calls)
        {
            var how = call.Outcome is "refused" or "error" ? $" ({call.Outcome})" : "";
            yield return $"{sign} {call.Tool} {call.Arguments}{how}";
        }
        if (all > calls.Count)
        {
            yield return $"{sign} {all - calls.Count} more";
        }
    }

    private static string Counted(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
