using Project38.Core.Factory.Trial;
using Project38.Core.Factory.Validation;
using Project38.Core.Models;
using Project38.Core.Storage;

namespace Project38.Core.Factory.History;

/// <summary>How one version of an agent came to be, or did not. Row of <c>makings</c>; an agent's latest are kept.</summary>
public sealed class MakingRow : IOwned
{
    /// <summary>Assigned by the database.</summary>
    public long Id { get; private set; }

    /// <inheritdoc/>
    public required string TeamId { get; init; }

    /// <summary>The agent.</summary>
    public required long AgentId { get; init; }

    /// <summary>Number of the version it came to; null: none.</summary>
    public required int? Version { get; init; }

    /// <summary>What was asked for.</summary>
    public required MakingKind Kind { get; init; }

    /// <summary>The brief, the wish, or the error to mend, at most 2000 characters; null for a program that somebody wrote.</summary>
    public required string? Asked { get; init; }

    /// <summary>Whether it came to a version that may run.</summary>
    public required bool Proved { get; init; }

    /// <summary>Why nothing more was tried, at most 1000 characters.</summary>
    public required string Stopped { get; init; }

    /// <summary>Programs written.</summary>
    public required int Iterations { get; init; }

    /// <summary>Tokens of all calls.</summary>
    public required long Tokens { get; init; }

    /// <summary>USD of all calls, unrounded.</summary>
    public required decimal Cost { get; init; }

    /// <summary>Who asked.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it ended, by the database's clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>All that was tried, in order.</summary>
    public List<AttemptRow> Attempts { get; init; } = [];
}

/// <summary>What a making was asked for.</summary>
public enum MakingKind
{
    /// <summary>An agent of a sentence.</summary>
    Create,

    /// <summary>An agent of a program that somebody wrote.</summary>
    Import,

    /// <summary>Another program for an agent, which somebody wrote.</summary>
    Replace,

    /// <summary>A change of an agent, in words.</summary>
    Edit,

    /// <summary>Another program for an agent that failed again and again.</summary>
    Repair,
}

/// <summary>One attempt of a making, cut to bounds. Row of <c>making_attempts</c>. See <see cref="AttemptReport"/>.</summary>
public sealed class AttemptRow
{
    private const int MaxProgram = 128 * 1024;
    private const int MaxText = 1_000;
    private const int MaxFailure = 4_000;
    private const int MaxFindings = 100;
    private const int MaxFailures = 20;

    /// <summary>Assigned by the database.</summary>
    public long Id { get; private set; }

    /// <summary>The making.</summary>
    public long MakingId { get; private set; }

    /// <summary>1, 2, 3… within the making.</summary>
    public required int Number { get; init; }

    /// <summary>Who wrote it.</summary>
    public required string Origin { get; init; }

    /// <summary>The program; null when there was none.</summary>
    public required string? Code { get; init; }

    /// <summary>Its tests.</summary>
    public required string? Tests { get; init; }

    /// <summary>The config it was tried with.</summary>
    public required string? Config { get; init; }

    /// <summary>What the checks and the trial found: at most 100.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Tests found.</summary>
    public required int TestsFound { get; init; }

    /// <summary>Tests that passed.</summary>
    public required int TestsPassed { get; init; }

    /// <summary>Tests that did not: at most 20.</summary>
    public required IReadOnlyList<TrialFailure> Failures { get; init; }

    /// <summary>What of the answer could not be used, what was asked back, or why there is no answer: at most 20.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Whether it passed.</summary>
    public required bool Proved { get; init; }

    /// <summary>Tokens of the call.</summary>
    public required TokenUsage Usage { get; init; }

    /// <summary>USD of the call, unrounded.</summary>
    public required decimal Cost { get; init; }

    /// <summary>An attempt as it is kept.</summary>
    public static AttemptRow Of(AttemptReport report) =>
        new()
        {
            Number = report.Number,
            Origin = StorableText.Cut(report.Origin, 255),
            Code = Cut(report.Code),
            Tests = Cut(report.Tests),
            Config = Cut(report.Config),
            Findings =
            [
                .. report
                    .Findings.Take(MaxFindings)
                    .Select(one => one with { Message = StorableText.Cut(one.Message, MaxText) }),
            ],
            TestsFound = report.TestsFound,
            TestsPassed = report.TestsPassed,
            Failures =
            [
                .. report
                    .Failures.Take(MaxFailures)
                    .Select(one =>
                        one with
                        {
                            Test = StorableText.Cut(one.Test, MaxText),
                            Message = StorableText.Cut(one.Message, MaxFailure),
                        }
                    ),
            ],
            Problems = [.. report.Problems.Take(MaxFailures).Select(one => StorableText.Cut(one, MaxText))],
            Proved = report.Proved,
            Usage = report.Usage,
            Cost = report.Cost,
        };

    private static string? Cut(string? program) => program is null ? null : StorableText.Cut(program, MaxProgram);
}
