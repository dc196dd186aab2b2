using Microsoft.Win32.SafeHandles;

namespace Project38.Sandbox.Native;

/// <summary>A file that has no name and lives in memory: how content reaches bubblewrap without touching a disk.</summary>
internal static class MemoryFile
{
    public static SafeFileHandle Create(string name, ReadOnlySpan<byte> content)
    {
        var handle = new SafeFileHandle(LibC.CreateMemoryFile(name), ownsHandle: true);

        // Written at offsets, so the position that the reader inherits is still 0.
        RandomAccess.Write(handle, content, fileOffset: 0);
        return handle;
    }
}
