namespace Project38.Sandbox.Browsers;

/// <summary>What one browser, with the driver that steers it, may use.</summary>
public sealed record BrowserCellSpec
{
    /// <summary>The program that the cell becomes, absolute: the driver, with the arguments that its starter gives.</summary>
    public required string Driver { get; init; }

    /// <summary>Folders of the host that can be read in it, at the same paths, beside <c>/usr</c>.</summary>
    public IReadOnlyList<string> ReadableFolders { get; init; } = [];

    /// <summary>Memory of all its processes together, in bytes, without swap; not enforced where there is no cgroup. Default: 1 GB.</summary>
    public long MemoryBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Share of one core, in percent. Default: 200.</summary>
    public int CpuPercent { get; init; } = 200;

    /// <summary>Processes and threads at one time. Default: 512; a browser with one page has some 150.</summary>
    public int Processes { get; init; } = 512;

    /// <summary>Size of its <c>/tmp</c>, in bytes, which counts as memory. Default: 256 MB.</summary>
    public long ScratchBytes { get; init; } = 256L * 1024 * 1024;
}
