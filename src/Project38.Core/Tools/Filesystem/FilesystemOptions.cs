using System.ComponentModel.DataAnnotations;

namespace Project38.Core.Tools.Filesystem;

/// <summary>What an agent's workspace may hold.</summary>
public sealed class FilesystemOptions
{
    /// <summary>Bytes of one file, read or written. Default: 10 MB.</summary>
    [Range(1024, 10 * 1024 * 1024)]
    public int FileBytes { get; set; } = 10 * 1024 * 1024;

    /// <summary>Bytes of all files of one workspace. Default: 100 MB.</summary>
    [Range(1024, long.MaxValue)]
    public long WorkspaceBytes { get; set; } = 100L * 1024 * 1024;

    /// <summary>Files and folders of one workspace. Default: 10,000.</summary>
    [Range(1, 1_000_000)]
    public int WorkspaceFiles { get; set; } = 10_000;

    /// <summary>Entries that one list or glob may give. Default: 10,000.</summary>
    [Range(1, 100_000)]
    public int Entries { get; set; } = 10_000;
}
