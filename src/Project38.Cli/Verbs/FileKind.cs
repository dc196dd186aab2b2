using System.Runtime.InteropServices;

namespace Project38.Cli.Verbs;

/// <summary>Tells regular files from pipes and devices, which .NET does not, without opening them: a pipe would wait.</summary>
internal static partial class FileKind
{
    private const int CurrentFolder = -100;
    private const uint WantType = 0x1;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;

    /// <summary>Whether a path leads to a regular file. See statx(2): 256 bytes, mode at 28.</summary>
    public static bool IsRegular(string path)
    {
        Span<byte> buffer = stackalloc byte[256];
        return Statx(CurrentFolder, path, 0, WantType, buffer) == 0
            && (MemoryMarshal.Read<ushort>(buffer[28..]) & TypeMask) == Regular;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> buffer);
}
