using System.CommandLine;
using System.Globalization;
using Project38.Cli.Evaluation;
using Project38.Cli.Evaluation.Corpus;
using Project38.Cli.Evaluation.Judging;
using Project38.Cli.Output;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 eval FOLDER</c>: takes a corpus of briefs through a server of its own, and says how it went.</summary>
internal static class EvalVerb
{
    private const int MostOfFaults = 160;

    private static readonly Argument<string> Corpus = new("folder")
    {
        Description = "Briefs as 001-name.json, or one of them (docs/evaluation.md)",
    };
    private static readonly Option<bool> Check = new("--check")
    {
        Description = "Only say whether the corpus is sound",
    };
    private static readonly Option<string[]> Only = new("--only")
    {
        Description = "Only briefs whose id or file fits, for example '00*'",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<bool> Blueprints = new("--blueprints")
    {
        Description = "Without a model, whatever is configured",
    };
    private static readonly Option<string> Record = new("--record")
    {
        Description = "Write the model's answers into this folder",
    };
    private static readonly Option<string> Replay = new("--replay")
    {
        Description = "Take the model's answers from this folder; needs no network",
    };
    private static readonly Option<int?> AtOnce = NumberOption.Create(
        "--at-once",
        "Briefs at one time; as many as there are cores by default",
        "a number",
        2
    );
    private static readonly Option<string> Zone = ZoneOption.Create("IANA zone of the user; UTC by default");

    /// <summary>The verb.</summary>
    public static Command Create() =>
        new Command("eval", "Try a corpus of briefs, and count what came of it")
        {
            Corpus,
            Check,
            Only,
            Blueprints,
            Record,
            Replay,
            AtOnce,
            Zone,
        }.Does(EvaluateAsync);

    private static async Task<int> EvaluateAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var options = Options(run);
        var only = (run.Get(Only) ?? []).Select(text => new Glob(text)).ToList();
        var briefs = await CorpusFolder.ReadAsync(run.Get(Corpus), only, cancellationToken);
        if (run.Get(Check))
        {
            return Sound(run.Screen, briefs);
        }

        var done = 0;
        var evaluation = new CorpusRun(
            options,
            one =>
                run.Screen.Note(
                    $"{Interlocked.Increment(ref done)} of {briefs.Count}: {one.Id} {(one.AsExpected ? "as expected" : "NOT as expected")}"
                ),
            run.Screen.Note
        );
        var report = await evaluation.RunAsync(briefs, cancellationToken);
        if (run.Screen.Json)
        {
            run.Screen.Result(report, EvaluationJson.Default.EvaluationReport);
        }
        else
        {
            Show(run.Screen, report);
        }
        return report.AsExpected == report.Briefs ? ExitCode.Ok : ExitCode.FailedRun;
    }

    private static EvaluationOptions Options(VerbRun run)
    {
        var options = new EvaluationOptions
        {
            AtOnce = run.Get(AtOnce) ?? Environment.ProcessorCount,
            Zone = run.Get(Zone) ?? "UTC",
            BlueprintsOnly = run.Get(Blueprints),
            Record = run.Get(Record),
            Replay = run.Get(Replay),
        };
        if (options.AtOnce is < 1 or > 64)
        {
            throw new CliException(ExitCode.Usage, $"--at-once is {options.AtOnce}. Use a number from 1 to 64.");
        }
        bool[] ways = [options.BlueprintsOnly, options.Record is not null, options.Replay is not null];
        return ways.Count(way => way) <= 1
            ? options
            : throw new CliException(
                ExitCode.Usage,
                "--blueprints, --record and --replay each say who answers. Use one."
            );
    }

    private static int Sound(Screen screen, IReadOnlyList<Brief> briefs)
    {
        var wrong = briefs.SelectMany(CorpusCheck.Of).ToList();
        if (screen.Json)
        {
            screen.Result(wrong, ContractsJson.Default.IReadOnlyListString);
        }
        else
        {
            wrong.ForEach(screen.Line);
        }
        var languages = briefs.GroupBy(brief => brief.Language).OrderBy(same => same.Key);
        screen.Part(
            "briefs",
            $"{briefs.Count}: {string.Join(", ", languages.Select(same => $"{same.Count()} {same.Key}"))}"
        );
        screen.Part("kinds", $"{briefs.Select(brief => brief.Kind).Distinct().Count()}");
        screen.Part("wrong", $"{wrong.Count}", good: wrong.Count == 0);
        return wrong.Count == 0 ? ExitCode.Ok : ExitCode.Refused;
    }

    private static void Show(Screen screen, EvaluationReport report)
    {
        screen.Table(
            ["BRIEF", "LANG", "KIND", "OUTCOME", "TRIES", "TOOK", "USD", "AS EXPECTED"],
            report.Results.Select(one =>
                (IReadOnlyList<string>)
                    [
                        one.Id,
                        one.Lang,
                        one.Kind,
                        one.Outcome,
                        one.Iterations == 0 ? "-" : $"{one.Iterations}",
                        Times.Took(one.CreateSeconds),
                        one.Cost.ToString("0.0000", CultureInfo.InvariantCulture),
                        one.AsExpected
                            ? "yes"
                            : OneLine.Of(string.Join("; ", one.Faults.Select(fault => fault.Message)), MostOfFaults),
                    ]
            )
        );
        screen.Line();
        screen.Part("first try", Share(report.FirstTry, report.Wanted));
        screen.Part("repaired", $"{Share(report.AfterRepair, report.Wanted)} with repair");
        screen.Part("expected", Share(report.AsExpected, report.Briefs), good: report.AsExpected == report.Briefs);
        screen.Part("refused", $"{report.Refused}, of them {report.RefusedRightly} rightly");
        screen.Part("cost", $"{Spent.Usd(report.Cost)}, {Spent.Tokens(report.Tokens)}");
        screen.Part(
            "latency",
            $"median {Times.Took(report.LatencyMedian)}, 95 % {Times.Took(report.LatencyP95)}, most {Times.Took(report.LatencyMost)}"
        );
        screen.Part(
            "failures",
            report.Failures.Count == 0
                ? "none"
                : string.Join(", ", report.Failures.Select(pair => $"{pair.Value} {pair.Key}")),
            good: report.Failures.Count == 0
        );
    }

    private static string Share(int part, int whole) =>
        whole == 0
            ? "none"
            : string.Create(CultureInfo.InvariantCulture, $"{part} of {whole} ({100.0 * part / whole:0} %)");
}
