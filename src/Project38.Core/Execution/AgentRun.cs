using Project38.Core.Storage;
using Project38.Core.Tools;

namespace Project38.Core.Execution;

/// <summary>One go at a task in the sandbox, as recorded. Row of <c>runs</c>.</summary>
public sealed class AgentRun : IOwned
{
    /// <summary>Assigned by the database.</summary>
    public long Id { get; set; }

    /// <inheritdoc/>
    public string TeamId { get; set; } = Team.Default;

    /// <summary>The agent.</summary>
    public long AgentId { get; set; }

    /// <summary>The task.</summary>
    public long TaskId { get; set; }

    /// <summary>The version that ran.</summary>
    public long VersionId { get; set; }

    /// <summary>1, 2, 3… within the agent, over all its runs that came to an end.</summary>
    public int Number { get; set; }

    /// <summary>Which run of its task this was, from 1; one that asked a person and the one that goes on from there are the same.</summary>
    public int Attempt { get; set; }

    /// <summary>The claim it ran under.</summary>
    public long Fence { get; set; }

    /// <summary><c>succeeded</c>, <c>failed</c>, <c>timed_out</c>, <c>out_of_memory</c>, <c>output_exceeded</c>, <c>killed</c>, <c>asked</c>.</summary>
    public required string Outcome { get; set; }

    /// <summary>Why it did not succeed, or what it asked a person; null when it did.</summary>
    public string? Error { get; set; }

    /// <summary>What it returned, JSON; null when it did not succeed.</summary>
    public string? Output { get; set; }

    /// <summary>What it printed, the last 256 KB.</summary>
    public string Log { get; set; } = "";

    /// <summary>How many bytes of UTF-8 it printed before <see cref="Log"/>, which are not kept.</summary>
    public long LogStart { get; set; }

    /// <summary>Sandbox level by name, as in <c>full</c>; null when the sandbox could not start.</summary>
    public string? SandboxLevel { get; set; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset EndedAt { get; set; }

    /// <summary>Wall time, in seconds.</summary>
    public double WallSeconds { get; set; }

    /// <summary>CPU time, in seconds; null where nothing counted it.</summary>
    public double? CpuSeconds { get; set; }

    /// <summary>Most memory at one time, in bytes; null where nothing counted it: no sandbox, or one without a cgroup.</summary>
    public long? PeakMemoryBytes { get; set; }

    /// <summary>Bytes it printed and said, and those of its files when it ended; null: no sandbox.</summary>
    public long? WrittenBytes { get; set; }

    /// <summary>Whether it only recorded what it would have changed in the world.</summary>
    public bool DryRun { get; set; }

    /// <summary>Its tool calls, a JSON array of <see cref="RunStep"/> in order.</summary>
    public string Steps { get; set; } = "[]";
}
