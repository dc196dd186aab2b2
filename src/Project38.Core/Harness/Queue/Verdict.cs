using Project38.Core.Approvals;
using Project38.Core.Execution;
using Project38.Core.Tools.Records;

namespace Project38.Core.Harness.Queue;

/// <summary>What a run's end means for its task. Pure.</summary>
internal abstract record Verdict
{
    private Verdict() { }

    /// <summary>The task's new status.</summary>
    public abstract AgentTaskStatus Status { get; }

    /// <summary>How long the task waits for its next run; zero when it has none.</summary>
    public virtual TimeSpan Wait => TimeSpan.Zero;

    /// <summary>The task is done.</summary>
    public sealed record Done(string Output) : Verdict
    {
        /// <inheritdoc/>
        public override AgentTaskStatus Status => AgentTaskStatus.Completed;
    }

    /// <summary>It failed, and will be tried again.</summary>
    public sealed record Again(string Error, TimeSpan After) : Verdict
    {
        /// <inheritdoc/>
        public override AgentTaskStatus Status => AgentTaskStatus.Pending;

        /// <inheritdoc/>
        public override TimeSpan Wait => After;
    }

    /// <summary>It waits for a person, and holds no process meanwhile.</summary>
    public sealed record Asks(ApprovalQuestion Question) : Verdict
    {
        /// <inheritdoc/>
        public override AgentTaskStatus Status => AgentTaskStatus.Waiting;
    }

    /// <summary>It failed for good: <see cref="AgentTaskStatus.Failed"/> or <see cref="AgentTaskStatus.Timeout"/>.</summary>
    public sealed record Over(string Error, AgentTaskStatus Ending) : Verdict
    {
        /// <inheritdoc/>
        public override AgentTaskStatus Status => Ending;
    }

    /// <summary>Judges a run.</summary>
    /// <param name="result">How it ended.</param>
    /// <param name="attempt">Which run of the task it was, from 1.</param>
    /// <param name="maxAttempts">How many the task may have.</param>
    /// <param name="backoff">Gives the wait after the n-th run.</param>
    public static Verdict Of(RunResult result, int attempt, int maxAttempts, Func<int, TimeSpan> backoff)
    {
        if (result is RunResult.Succeeded succeeded)
        {
            return new Done(succeeded.Output.GetRawText());
        }
        if (result is RunResult.Asked asked)
        {
            return new Asks(asked.Question);
        }
        var error = ErrorOf(result);
        var retry = result is not RunResult.Failed { Retry: false };
        if (retry && attempt < maxAttempts)
        {
            return new Again(error, backoff(attempt));
        }
        return new Over(error, result is RunResult.TimedOut ? AgentTaskStatus.Timeout : AgentTaskStatus.Failed);
    }

    /// <summary>Why a run did not succeed, for a person.</summary>
    public static string ErrorOf(RunResult result) =>
        result switch
        {
            RunResult.Failed failed => StoredText.Message(failed.Error),
            RunResult.TimedOut timedOut =>
                $"It ran longer than its {timedOut.Limit.TotalSeconds:0.#} s (config key 'timeout')."
                    + (timedOut.Why is { } why ? $" {why}" : ""),
            RunResult.OutOfMemory memory =>
                $"It needed more than its {memory.LimitBytes / (1024 * 1024)} MB of memory (config key 'memory_mb').",
            RunResult.OutputExceeded output => $"It printed or sent more than {output.LimitBytes / (1024 * 1024)} MB.",
            RunResult.Killed => "The platform ended it.",
            RunResult.Asked asked => StoredText.Message($"It asks: {asked.Question.Text}"),
            _ => throw new ArgumentOutOfRangeException(nameof(result), result, "This run did not fail."),
        };

    /// <summary>The outcome as <see cref="AgentRun.Outcome"/> names it.</summary>
    public static string OutcomeOf(RunResult result) =>
        result switch
        {
            RunResult.Succeeded => "succeeded",
            RunResult.Failed => "failed",
            RunResult.TimedOut => "timed_out",
            RunResult.OutOfMemory => "out_of_memory",
            RunResult.OutputExceeded => "output_exceeded",
            RunResult.Killed => "killed",
            RunResult.Asked => RecordedCall.Asked,
            _ => throw new ArgumentOutOfRangeException(nameof(result), result, "No such result."),
        };
}
