namespace Project38.Core.Tools.Filesystem;

/// <summary>Why a file could not be used.</summary>
public enum FileRefusal
{
    /// <summary>Nothing is there.</summary>
    Missing,

    /// <summary>The path leads out, or is written in a way that no file here is named.</summary>
    Outside,

    /// <summary>A file is larger than it may be.</summary>
    TooLarge,

    /// <summary>A folder is where a file was asked for.</summary>
    IsFolder,

    /// <summary>A file is where a folder was asked for.</summary>
    IsFile,

    /// <summary>A link, device, pipe or socket is there: something that is neither file nor folder.</summary>
    NoFile,

    /// <summary>The folder may only be read.</summary>
    ReadOnly,

    /// <summary>The workspace holds as much as it may.</summary>
    Quota,

    /// <summary>The platform's disk is full.</summary>
    DiskFull,

    /// <summary>The content is not what was asked for, for example not UTF-8.</summary>
    Content,

    /// <summary>The machine refused for a reason of its own.</summary>
    Failed,
}

/// <summary>A file that cannot be used, in words for whoever asked. No path of the host is in them.</summary>
public sealed class FileRefusedException(FileRefusal reason, string message, Exception? inner = null)
    : ToolException(message, inner)
{
    /// <summary>Why.</summary>
    public FileRefusal Reason { get; } = reason;
}
