using System.Text.Json;
using Project38.Core.Approvals;

namespace Project38.Core.Execution;

/// <summary>How one run of an agent ended.</summary>
public abstract record RunResult
{
    private RunResult() { }

    /// <summary>What it left behind, however it ended.</summary>
    public required RunTrace Trace { get; init; }

    /// <summary><c>execute</c> returned success.</summary>
    /// <param name="Output">The <c>result</c> it returned; JSON null when it gave none.</param>
    public sealed record Succeeded(JsonElement Output) : RunResult;

    /// <summary>It raised, returned an error or something that is no result, or ended before it had returned.</summary>
    /// <param name="Error">What happened, for a person; the last line of a traceback first.</param>
    /// <param name="Retry">False when the agent said that trying again is of no use.</param>
    public sealed record Failed(string Error, bool Retry) : RunResult;

    /// <summary>It ran longer than it may.</summary>
    public sealed record TimedOut(TimeSpan Limit) : RunResult
    {
        /// <summary>What it was refused meanwhile, in sentences, which may be why it came to no end; null: nothing.</summary>
        public string? Why { get; init; }
    }

    /// <summary>It needed more memory than it may.</summary>
    public sealed record OutOfMemory(long LimitBytes) : RunResult;

    /// <summary>It printed or sent more than it may.</summary>
    public sealed record OutputExceeded(long LimitBytes) : RunResult;

    /// <summary>
    /// It asked a person, and was ended: with the answer it is executed again, by its <see cref="RunTrace.Record"/>, whose last call
    /// is the question.
    /// </summary>
    public sealed record Asked(ApprovalQuestion Question) : RunResult;

    /// <summary>The platform ended it; whoever asked for that knows why.</summary>
    public sealed record Killed : RunResult;
}
