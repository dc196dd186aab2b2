namespace Project38.Cli.Evaluation.Judging;

/// <summary>What one run did.</summary>
/// <param name="Status">The task's.</param>
/// <param name="Error">Why it failed; null: it did not.</param>
/// <param name="Notifications">Each message: its title, a line break, its body.</param>
internal sealed record SeenRun(string Status, string? Error, IReadOnlyList<string> Notifications);

/// <summary>What a brief's agent did.</summary>
/// <param name="Runs">Run by run.</param>
/// <param name="Files">The workspace after the last run.</param>
/// <param name="Posts">Path and body of all that was posted.</param>
/// <param name="Schedule">Cron; null: by hand only.</param>
/// <param name="Timezone">Of the schedule.</param>
internal sealed record Seen(
    IReadOnlyList<SeenRun> Runs,
    IReadOnlyDictionary<string, byte[]> Files,
    IReadOnlyList<SeenPost> Posts,
    string? Schedule,
    string? Timezone
);

/// <summary>One POST.</summary>
internal sealed record SeenPost(string Path, string Body);

/// <summary>One thing that is not as expected.</summary>
/// <param name="Kind"><c>notifications</c>, <c>text</c>, <c>status</c>, <c>files</c>, <c>posts</c>, <c>schedule</c>; of the making: <c>refused</c>, <c>not-refused</c>, <c>not-proved</c>, <c>error</c>.</param>
/// <param name="Message">What was expected, and what came.</param>
internal sealed record Fault(string Kind, string Message);
