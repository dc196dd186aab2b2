namespace Project38.Sandbox;

/// <summary>What one run may use. Every limit is enforced by the platform or the kernel, not by the program.</summary>
public sealed record SandboxLimits
{
    /// <summary>The fewest processes with which a program starts: bubblewrap, the first process inside, and the program.</summary>
    public const int LeastProcesses = 3;

    /// <summary>Memory of all the run's processes together, in bytes, without swap. Default: 256 MB.</summary>
    public long MemoryBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Share of one core, in percent. Default: 50. Not enforced at <see cref="SandboxLevel.NoCgroup"/> and below.</summary>
    public int CpuPercent { get; init; } = 50;

    /// <summary>Processes and threads at one time, <see cref="LeastProcesses"/> at least. Default: 64. At <see cref="SandboxLevel.NoCgroup"/> and below one process and its threads.</summary>
    public int Processes { get; init; } = 64;

    /// <summary>Wall time from start to end. Default: 300 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Bytes the run may print to its log (standard error). Default: 10 MB.</summary>
    public long LogBytes { get; init; } = 10L * 1024 * 1024;

    /// <summary>Bytes the run may write to its output (the tool channel). Default: 256 MB.</summary>
    public long OutputBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Size of <c>/work</c> and of <c>/tmp</c>, each, in bytes. Default: 64 MB.</summary>
    public long ScratchBytes { get; init; } = 64L * 1024 * 1024;
}
