using Project38.Cli.Evaluation.Judging;

namespace Project38.Cli.Evaluation.Corpus;

/// <summary>A brief as a person writes it, the small world it meets, and what must come of it.</summary>
internal sealed record Brief
{
    /// <summary>The place of the world's address in texts.</summary>
    public const string BasePlace = "{BASE}";

    /// <summary>Its file's name.</summary>
    public required string File { get; init; }

    /// <summary>Unique in its corpus.</summary>
    public required string Id { get; init; }

    /// <summary>For example <c>en</c>.</summary>
    public required string Language { get; init; }

    /// <summary>What sort of agent it asks for; empty where the file does not say.</summary>
    public required string Kind { get; init; }

    /// <summary>The sentence.</summary>
    public required string Text { get; init; }

    /// <summary>How often the agent runs; 0 for one that is to be refused.</summary>
    public required int Runs { get; init; }

    /// <summary>What answers over HTTP.</summary>
    public required IReadOnlyList<WorldEntry> World { get; init; }

    /// <summary>What changes in the workspace before each run; the first is before run 1.</summary>
    public required IReadOnlyList<IReadOnlyList<FileChange>> Files { get; init; }

    /// <summary>The time of each run; null: real time.</summary>
    public required IReadOnlyList<DateTimeOffset?> Clock { get; init; }

    /// <summary>What must come of it.</summary>
    public required Expectation Expect { get; init; }
}

/// <summary>One path of the world, and what it answers.</summary>
/// <param name="Methods">In capitals; GET answers HEAD too.</param>
/// <param name="Path">Without a query, unescaped.</param>
/// <param name="Query">Parameters that a request needs; <c>*</c>: any value.</param>
/// <param name="ByRequest">True: the n-th answer for the n-th request; false: for the n-th run. The last repeats.</param>
/// <param name="Answers">At least one.</param>
internal sealed record WorldEntry(
    IReadOnlyList<string> Methods,
    string Path,
    IReadOnlyList<KeyValuePair<string, string>> Query,
    bool ByRequest,
    IReadOnlyList<WorldAnswer> Answers
);

/// <summary>One answer.</summary>
/// <param name="Status">0: the connection is dropped.</param>
/// <param name="Headers">In order, with <c>Content-Type</c>.</param>
/// <param name="Text">The body, in <paramref name="Charset"/>; null: <paramref name="Bytes"/>.</param>
/// <param name="Bytes">The body as bytes.</param>
/// <param name="Charset">Of the text.</param>
/// <param name="Delay">Waited for before it answers.</param>
internal sealed record WorldAnswer(
    int Status,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    string? Text,
    byte[] Bytes,
    System.Text.Encoding Charset,
    TimeSpan Delay
);

/// <summary>A change of one file in the workspace.</summary>
/// <param name="Path">Relative, with <c>/</c>.</param>
/// <param name="Text">Its whole content; null: <paramref name="Bytes"/>, or, where that is null too, it goes away.</param>
/// <param name="Bytes">Its content as bytes.</param>
internal sealed record FileChange(string Path, string? Text, byte[]? Bytes);

/// <summary>What must come of a brief.</summary>
internal sealed record Expectation
{
    /// <summary>Whether it must be refused; then nothing else is compared.</summary>
    public required bool Refused { get; init; }

    /// <summary>What each run must do.</summary>
    public required IReadOnlyList<RunExpectation> Runs { get; init; }

    /// <summary>Files after the last run.</summary>
    public required IReadOnlyList<FileLine> Files { get; init; }

    /// <summary>What was posted over all runs.</summary>
    public required IReadOnlyList<PostLine> Posts { get; init; }

    /// <summary>The schedule; null: the brief states none.</summary>
    public required ScheduleLine? Schedule { get; init; }
}

/// <summary>What one run must do.</summary>
/// <param name="Notifications">How many messages.</param>
/// <param name="Matches">Each is found in its messages together.</param>
/// <param name="Not">None is found there.</param>
/// <param name="Status">One of these.</param>
internal sealed record RunExpectation(
    Bounds Notifications,
    IReadOnlyList<Pattern> Matches,
    IReadOnlyList<Pattern> Not,
    IReadOnlyList<string> Status
);

/// <summary>A line about files.</summary>
/// <param name="Glob">Which ones.</param>
/// <param name="Count">How many there must be.</param>
/// <param name="Matches">One of them matches all of these.</param>
/// <param name="Not">None of them matches any of these.</param>
internal sealed record FileLine(Glob Glob, Bounds Count, IReadOnlyList<Pattern> Matches, IReadOnlyList<Pattern> Not);

/// <summary>A line about what was posted to a path.</summary>
/// <param name="Path">It, without a query.</param>
/// <param name="Count">How many there must be; null: not said.</param>
/// <param name="Matches">One body matches all of these.</param>
/// <param name="Not">No body matches any of these.</param>
internal sealed record PostLine(string Path, Bounds? Count, IReadOnlyList<Pattern> Matches, IReadOnlyList<Pattern> Not);

/// <summary>A schedule.</summary>
/// <param name="Cron">One of these.</param>
/// <param name="Timezone">IANA; null: not compared.</param>
internal sealed record ScheduleLine(IReadOnlyList<CronSets> Cron, string? Timezone);

/// <summary>From least to most, both included; most null: no end.</summary>
internal sealed record Bounds(int Least, int? Most)
{
    /// <summary>At least one.</summary>
    public static Bounds Some { get; } = new(1, null);

    /// <summary>Whether a number lies in it.</summary>
    public bool Holds(int number) => number >= Least && (Most is not { } most || number <= most);

    /// <inheritdoc/>
    public override string ToString() =>
        Most == Least ? $"{Least}"
        : Most is null ? $"{Least} or more"
        : $"{Least} to {Most}";
}
