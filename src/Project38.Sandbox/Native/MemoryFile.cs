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

    /// <summary>The same for all who read it, at offsets of their own: nobody can change it any more.</summary>
    public static SafeFileHandle CreateSealed(string name, ReadOnlySpan<byte> content)
    {
        var handle = new SafeFileHandle(LibC.CreateSealableFile(name), ownsHandle: true);
        RandomAccess.Write(handle, content, fileOffset: 0);
        LibC.Seal(handle);
        return handle;
    }

    /// <summary>A program that travels inside of this assembly, for all who execute it: nobody can change it any more.</summary>
    /// <param name="name">Its name there.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static SafeFileHandle CreateProgram(string name)
    {
        var descriptor = LibC.CreateProgramFile(name);
        if (descriptor < 0)
        {
            return CreateProgramOnDisk(name);
        }

        // Whoever executes a file in memory may open it for writing, whoever it is: its mode is 0777.
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.Write(handle, Embedded.Read(name), fileOffset: 0);
        LibC.Seal(handle);
        return handle;
    }

    /// <summary>The same where the kernel keeps programs out of memory (<c>vm.memfd_noexec=2</c>): a file whose name is gone.</summary>
    internal static SafeFileHandle CreateProgramOnDisk(string name)
    {
        const UnixFileMode Mode = (UnixFileMode)0x16D; // 0555
        var path = Path.Combine(Path.GetTempPath(), $"p38-{Guid.NewGuid():N}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = Mode,
        };
        try
        {
            // Closed before it is executed: the kernel starts nothing that somebody could be writing.
            using (var file = new FileStream(path, options))
            {
                file.Write(Embedded.Read(name));
            }

            File.SetUnixFileMode(path, Mode);
            return File.OpenHandle(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
