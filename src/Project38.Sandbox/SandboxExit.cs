namespace Project38.Sandbox;

/// <summary>How a sandboxed process ended, and what it used.</summary>
/// <remarks>
/// Only what the kernel and the platform saw. What the program said of itself travels elsewhere.
/// </remarks>
public abstract record SandboxExit
{
    private SandboxExit() { }

    /// <summary>What the run used.</summary>
    public required SandboxUsage Usage { get; init; }

    /// <summary>The level it ran at.</summary>
    public required SandboxLevel Level { get; init; }

    /// <summary>How it was started.</summary>
    public SandboxStart Start { get; init; }

    /// <summary>
    /// The calls of the kernel that it asked for and was refused, by name, each once and 32 at most. Empty as well where
    /// nobody notes them: at the levels <see cref="SandboxLevel.Degraded"/> and <see cref="SandboxLevel.Vm"/>.
    /// </summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>
    /// What it wanted more of than it may have, and was refused. Of <see cref="SandboxResource.Space"/>: whether none was left
    /// at its end. Empty where it was ended for something else than its time.
    /// </summary>
    public IReadOnlyList<SandboxResource> Exhausted { get; init; } = [];

    /// <summary>It ended by itself with a code, 0 to 255; 0 says nothing about success.</summary>
    /// <remarks>At <see cref="SandboxLevel.Vm"/> 129 to 192 are told as <see cref="Signalled"/>.</remarks>
    public sealed record Exited(int Code) : SandboxExit;

    /// <summary>A signal that no limit of ours explains ended it, for example SIGSEGV or a seccomp kill (SIGSYS).</summary>
    public sealed record Signalled(int Signal) : SandboxExit;

    /// <summary>It ran longer than it may.</summary>
    public sealed record TimedOut(TimeSpan Limit) : SandboxExit;

    /// <summary>It needed more memory than it may, and the kernel killed one of its processes for it.</summary>
    /// <remarks>
    /// Never at <see cref="SandboxLevel.NoCgroup"/> and below: there the kernel refuses the memory instead, and the program ends in
    /// a way of its own, Python with a <c>MemoryError</c> in the log.
    /// </remarks>
    public sealed record OutOfMemory(long LimitBytes) : SandboxExit;

    /// <summary>It wrote more to log or output than it may.</summary>
    public sealed record OutputExceeded(long LimitBytes) : SandboxExit;

    /// <summary>It had more in its folders than it may, and the platform saw that.</summary>
    /// <remarks>
    /// At <see cref="SandboxLevel.Degraded"/> alone: elsewhere the folders have that size, and the program is told that they are full.
    /// </remarks>
    public sealed record SpaceExceeded(long LimitBytes) : SandboxExit;

    /// <summary>The platform ended it, by <see cref="SandboxProcess.Kill"/> or cancellation.</summary>
    public sealed record Killed : SandboxExit;

    /// <summary>The sandbox could not be built, or has no such program: nothing of it ever ran.</summary>
    public sealed record NotStarted(string Reason) : SandboxExit;
}

/// <summary>What a run may have so much of, and is not ended for wanting more.</summary>
public enum SandboxResource
{
    /// <summary>Room for files in <c>/work</c>, <c>/tmp</c> or <c>/dev/shm</c>.</summary>
    Space,

    /// <summary>Processes and threads. Noted where there is a cgroup.</summary>
    Processes,
}

/// <summary>How a run's first process came to be.</summary>
public enum SandboxStart
{
    /// <summary>It was started anew, by bubblewrap or whatever contains it.</summary>
    Fresh,

    /// <summary>It was forked from a process that had its imports done.</summary>
    Forked,

    /// <summary>The same, and it waited ready before it was asked for.</summary>
    Pooled,
}

/// <summary>What a run used, as the kernel counted it.</summary>
/// <remarks>
/// What <c>wait4</c> says of bubblewrap stands in for neither. It counts a run's CPU only where bubblewrap itself waited
/// for the run before it ended; and its peak is the platform's own, since a process starts as a copy of the one that
/// starts it: <c>/bin/true</c> below a process of 300 MB "had" 296 MB.
/// </remarks>
/// <param name="WallTime">From start to end.</param>
/// <param name="CpuTime">User and system time of all its processes; null where nothing counts it: without a cgroup.</param>
/// <param name="PeakMemoryBytes">Most memory at one time; null where nothing counts it: without a cgroup.</param>
/// <param name="LogBytes">Bytes it printed.</param>
/// <param name="OutputBytes">Bytes it wrote to the tool channel.</param>
/// <param name="ScratchBytes">
/// What its files in <c>/work</c>, <c>/tmp</c> and <c>/dev/shm</c> took when it ended; null where the platform could not look.
/// </param>
public sealed record SandboxUsage(
    TimeSpan WallTime,
    TimeSpan? CpuTime,
    long? PeakMemoryBytes,
    long LogBytes,
    long OutputBytes,
    long? ScratchBytes
)
{
    /// <summary>Bytes it wrote, wherever: what it printed, what it said, and its files when it ended.</summary>
    public long WrittenBytes => LogBytes + OutputBytes + (ScratchBytes ?? 0);
}
