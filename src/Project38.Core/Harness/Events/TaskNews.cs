using System.Globalization;
using Project38.Core.Execution;
using Project38.Core.Harness.Queue;

namespace Project38.Core.Harness.Events;

/// <summary>Something new of a task that is followed.</summary>
public abstract record TaskNews
{
    private TaskNews() { }

    /// <summary>Where whoever has this stands now.</summary>
    public required TaskPosition Position { get; init; }

    /// <summary>A run printed something.</summary>
    /// <param name="Attempt">Which run of the task, from 1.</param>
    /// <param name="Offset">How many bytes of UTF-8 the run printed before; a gap is what nobody kept.</param>
    /// <param name="Text">What it printed.</param>
    public sealed record Printed(int Attempt, long Offset, string Text) : TaskNews;

    /// <summary>A tool call of a run ended.</summary>
    public sealed record Stepped(int Attempt, StepView Step) : TaskNews;

    /// <summary>The task is finished, and there is nothing more.</summary>
    public sealed record Ended(AgentTask Task) : TaskNews;
}

/// <summary>How much of a task somebody has seen. As text it is the id of an event, which nobody but us takes apart.</summary>
/// <param name="Fence">The claim whose run is told.</param>
/// <param name="Log">How many bytes of its log.</param>
/// <param name="Step">The number of its last tool call.</param>
/// <param name="End">Whether the end was seen too.</param>
public sealed record TaskPosition(long Fence, long Log, int Step, bool End = false)
{
    private const string EndMark = "end";

    /// <summary>Nothing yet.</summary>
    public static TaskPosition Start { get; } = new(0, 0, 0);

    /// <summary>Reads what <see cref="ToString"/> wrote; null when it did not.</summary>
    public static TaskPosition? Parse(string text) =>
        text.Split('-') is [var fence, var log, var step, .. var rest]
        && rest is [] or [EndMark]
        && long.TryParse(fence, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
        && long.TryParse(log, NumberStyles.None, CultureInfo.InvariantCulture, out var second)
        && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var third)
            ? new TaskPosition(first, second, third, rest.Length > 0)
            : null;

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Fence}-{Log}-{Step}{(End ? $"-{EndMark}" : "")}");
}
