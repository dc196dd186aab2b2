namespace Project38.Core.Tools;

/// <summary>The n-th tool call of a run, as recorded.</summary>
/// <param name="Number">1, 2, 3… within the run.</param>
/// <param name="Tool">Full tool name.</param>
/// <param name="Arguments">What it was called with, cut at 4 KB.</param>
/// <param name="Outcome"><c>ok</c>, <c>recorded</c> (in a dry run: answered as if done), <c>refused</c>,
/// <c>error</c>, or <c>asked</c>: the run ended with it, as a person is to answer.</param>
/// <param name="Detail">For <c>refused</c> and <c>error</c>: the message the agent got.</param>
/// <param name="Duration">How long the call took.</param>
/// <param name="ErrorClass">For <c>refused</c> and <c>error</c>: which kind, by <see cref="ToolErrorClass"/>.</param>
/// <param name="Bytes">Of its arguments and its answer, as JSON.</param>
/// <param name="CostMicroUsd">What it cost, in millionths of a USD.</param>
/// <param name="FromRecord">Whether it was not made: its answer is that of a run before.</param>
public sealed record RunStep(
    int Number,
    string Tool,
    string Arguments,
    string Outcome,
    string? Detail,
    TimeSpan Duration,
    string? ErrorClass = null,
    long Bytes = 0,
    long CostMicroUsd = 0,
    bool FromRecord = false
);
