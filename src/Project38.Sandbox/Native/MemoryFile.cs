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

    /// <summary>A program that travels inside of this assembly, for all who execute it: nobody can change it any more.</summary>
    /// <param name="name">Its name there.</param>
    /// <remarks>Whoever executes a file in memory may open it for writing, whoever it is: its mode is 0777.</remarks>
    public static SafeFileHandle CreateProgram(string name)
    {
        var handle = new SafeFileHandle(LibC.CreateProgramFile(name), ownsHandle: true);
        RandomAccess.Write(handle, Embedded.Read(name), fileOffset: 0);
        LibC.Seal(handle);
        return handle;
    }
}
