using System.ComponentModel.DataAnnotations;

namespace Project38.Contracts;

/// <summary>
/// A Python program to run as an agent's would be contained, and no more: nothing is checked, it has no tools, and nothing is
/// kept. <c>POST /api/sandbox/runs</c>.
/// </summary>
public sealed record SandboxRunRequest
{
    /// <summary>The most characters of a program.</summary>
    public const int MaxCode = 1024 * 1024;

    /// <summary>The program, run as <c>/app/main.py</c> with nothing to read on its standard input.</summary>
    [Required(AllowEmptyStrings = true), Text(MaxCode)]
    public string? Code { get; init; }

    /// <summary>A level, for comparison; at most what the machine has. Default: the strongest it has.</summary>
    [AllowedValues(
        null,
        "vm",
        "full",
        "no-cgroup",
        "degraded",
        ErrorMessage = "must be 'vm', 'full', 'no-cgroup' or 'degraded'"
    )]
    public string? Level { get; init; }

    /// <summary>Seconds it may take, 1 to 86,400. Default: 300, as an agent's run.</summary>
    [Range(1, 86_400, ErrorMessage = "must be a number of seconds from 1 to 86400")]
    public int? Timeout { get; init; }

    /// <summary>Memory of all its processes, 32 to 4096 MB. Default: 256, as an agent's run.</summary>
    [Range(32, 4_096, ErrorMessage = "must be a number of MB from 32 to 4096")]
    public int? MemoryMb { get; init; }

    /// <summary>Share of one core, 1 to 100. Default: 50, as an agent's run.</summary>
    [Range(1, 100, ErrorMessage = "must be a percentage from 1 to 100")]
    public int? CpuPercent { get; init; }

    /// <summary>
    /// Processes and threads at one time, 1024 at most; what contains it takes some, and how many it needs is said where they are
    /// too few. Default: 64, as an agent's run.
    /// </summary>
    [Range(1, 1_024, ErrorMessage = "must be a number from 1 to 1024")]
    public int? Processes { get; init; }
}

/// <summary>How a program ended in the sandbox, and what it used.</summary>
public sealed record SandboxRunResponse
{
    /// <summary>The level it ran at: <c>full</c>, <c>no-cgroup</c>…</summary>
    public required string Level { get; init; }

    /// <summary>
    /// <c>exited</c>, <c>signalled</c>, <c>timed_out</c>, <c>out_of_memory</c>, <c>output_exceeded</c>, <c>space_exceeded</c>,
    /// <c>killed</c> (the server stops), or <c>not_started</c>.
    /// </summary>
    public required string Ending { get; init; }

    /// <summary>What it exited with; null when it ended in another way.</summary>
    public required int? ExitCode { get; init; }

    /// <summary>The signal that ended it, 31 for a call that the sandbox forbids; null when it ended in another way.</summary>
    public required int? Signal { get; init; }

    /// <summary>The ending in a sentence, with the limit it ran into, or why it was not started.</summary>
    public required string Reason { get; init; }

    /// <summary>Seconds from start to end.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>Seconds of CPU of all its processes; null where nothing counts them: without a cgroup.</summary>
    public required double? CpuSeconds { get; init; }

    /// <summary>Most memory at one time, in bytes; null where nothing counts it: without a cgroup.</summary>
    public required long? PeakMemoryBytes { get; init; }

    /// <summary>What its files took when it ended, in bytes; null where the platform could not look.</summary>
    public required long? FileBytes { get; init; }

    /// <summary>Bytes it printed.</summary>
    public required long PrintedBytes { get; init; }

    /// <summary>What it printed, to standard output and standard error, as it came; the first 1 MB.</summary>
    public required string Printed { get; init; }
}
