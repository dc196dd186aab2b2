using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Project38.Sandbox.Native;

namespace Project38.Sandbox.Running;

/// <summary>Where a run can write. Held open from outside, so that it can be looked at when the run is gone.</summary>
internal sealed unsafe class RunSpace : IDisposable
{
    private const int OpenPath = 0x200000; // O_PATH

    private static readonly string[] Folders = ["work", "tmp", "dev/shm"];

    private readonly List<SafeFileHandle> _folders;

    private RunSpace(List<SafeFileHandle> folders) => _folders = folders;

    /// <summary>Opens it, while the first process waits for its program; null where the platform may not look inside.</summary>
    public static RunSpace? Open(int firstProcess)
    {
        var space = new RunSpace([]);
        foreach (var folder in Folders)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{firstProcess}/root/{folder}");
            var descriptor = LibC.Open(path, OpenPath | LibC.OpenCloseOnExec);
            if (descriptor < 0)
            {
                space.Dispose();
                return null;
            }

            space._folders.Add(new SafeFileHandle(descriptor, ownsHandle: true));
        }

        return space;
    }

    /// <summary>What the files in it take now.</summary>
    /// <returns>Their bytes, in whole pages, and whether one of the folders has no room for more.</returns>
    public (long Bytes, bool IsFull) Read()
    {
        var (bytes, isFull) = (0L, false);
        foreach (var folder in _folders)
        {
            FileSystemStatus status;
            _ = LibC.Check(LibC.FileSystem(folder, &status), "fstatvfs");
            bytes += (long)((status.Blocks - status.FreeBlocks) * status.FragmentSize);
            isFull |= status.FreeBlocks == 0 || status.FreeFiles == 0;
        }

        return (bytes, isFull);
    }

    /// <summary>Lets go of it: its memory is free then.</summary>
    public void Dispose() => _folders.ForEach(folder => folder.Dispose());
}
