using System.Text.Json.Serialization;
using Project38.Cli.Evaluation.Judging;

namespace Project38.Cli.Evaluation;

/// <summary>How one brief went.</summary>
internal sealed record BriefReport
{
    /// <summary>The brief.</summary>
    public required string Id { get; init; }

    /// <summary>Its language.</summary>
    public required string Lang { get; init; }

    /// <summary>What sort of agent it asks for.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether the right answer is a refusal.</summary>
    public required bool ExpectedRefusal { get; init; }

    /// <summary><c>made</c>, <c>refused</c>, <c>not-proved</c> or <c>error</c>.</summary>
    public string Outcome { get; init; } = "error";

    /// <summary>Whether all is as expected.</summary>
    public bool AsExpected => Faults.Count == 0;

    /// <summary>What wrote the program, for example <c>blueprint:quote</c>.</summary>
    public string? Origin { get; init; }

    /// <summary>Programs written, and questions asked back; 0: none.</summary>
    public int Iterations { get; init; }

    /// <summary>USD of models, whether an agent came of it or not.</summary>
    public decimal Cost { get; init; }

    /// <summary>Tokens of models.</summary>
    public long Tokens { get; init; }

    /// <summary>From the sentence to the agent or the refusal.</summary>
    public double CreateSeconds { get; init; }

    /// <summary>All its runs together.</summary>
    public double RunSeconds { get; init; }

    /// <summary>Why no agent was made; null: one was.</summary>
    public string? Why { get; init; }

    /// <summary>All that is not as expected.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>What each run did.</summary>
    public IReadOnlyList<SeenRun> Runs { get; init; } = [];
}

/// <summary>How a corpus went.</summary>
internal sealed record EvaluationReport
{
    /// <summary>A report of its briefs.</summary>
    public static EvaluationReport Of(IReadOnlyList<BriefReport> briefs)
    {
        var wanted = briefs.Where(one => !one.ExpectedRefusal).ToList();
        var seconds = briefs.Select(one => one.CreateSeconds).Order().ToList();
        return new EvaluationReport
        {
            Briefs = briefs.Count,
            Wanted = wanted.Count,
            FirstTry = wanted.Count(one => one is { Outcome: "made", Iterations: 1 }),
            AfterRepair = wanted.Count(one => one.Outcome == "made"),
            AsExpected = briefs.Count(one => one.AsExpected),
            Refused = briefs.Count(one => one.Outcome == "refused"),
            RefusedRightly = briefs.Count(one => one is { ExpectedRefusal: true, AsExpected: true }),
            Cost = briefs.Sum(one => one.Cost),
            Tokens = briefs.Sum(one => one.Tokens),
            LatencyMedian = At(seconds, 0.5),
            LatencyP95 = At(seconds, 0.95),
            LatencyMost = seconds.LastOrDefault(),
            Failures = new SortedDictionary<string, int>(
                briefs
                    .SelectMany(one => one.Faults.Select(fault => fault.Kind).Distinct())
                    .GroupBy(kind => kind)
                    .ToDictionary(same => same.Key, same => same.Count()),
                StringComparer.Ordinal
            ),
            Results = briefs,
        };
    }

    /// <summary>How many.</summary>
    public required int Briefs { get; init; }

    /// <summary>Those that ask for an agent; the others are to be refused.</summary>
    public required int Wanted { get; init; }

    /// <summary>Of <see cref="Wanted"/>, those whose first program was proved.</summary>
    public required int FirstTry { get; init; }

    /// <summary>Of <see cref="Wanted"/>, those of which a program was proved, repaired or not.</summary>
    public required int AfterRepair { get; init; }

    /// <summary>Of all, those that did what was expected, refusals included.</summary>
    public required int AsExpected { get; init; }

    /// <summary>All that were refused.</summary>
    public required int Refused { get; init; }

    /// <summary>Those that were refused and had to be.</summary>
    public required int RefusedRightly { get; init; }

    /// <summary>USD of models, refusals included.</summary>
    public required decimal Cost { get; init; }

    /// <summary>Tokens of models.</summary>
    public required long Tokens { get; init; }

    /// <summary>Seconds from the sentence to the answer.</summary>
    public required double LatencyMedian { get; init; }

    /// <summary>Seconds that 95 of 100 stay below.</summary>
    public required double LatencyP95 { get; init; }

    /// <summary>Seconds of the slowest.</summary>
    public required double LatencyMost { get; init; }

    /// <summary>Briefs with a fault of each kind.</summary>
    public required IReadOnlyDictionary<string, int> Failures { get; init; }

    /// <summary>Brief by brief.</summary>
    public required IReadOnlyList<BriefReport> Results { get; init; }

    private static double At(List<double> sorted, double share) =>
        sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(sorted.Count * share) - 1)];
}

/// <summary>The report as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EvaluationReport))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
