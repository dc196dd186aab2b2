using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Project38.Core.Tools.Filesystem;

/// <summary>The kernel's own way to open below a folder and nowhere else; .NET has none.</summary>
internal static partial class LinuxFiles
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NonBlocking = 0x800;
    public const int Append = 0x400;
    public const int CloseOnExec = 0x80000;

    /// <summary>Differs between x64 and arm64.</summary>
    public static readonly int Directory =
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    public const int NoEntry = 2;
    public const int Exists = 17;
    public const int CrossDevice = 18;
    public const int NotDirectory = 20;
    public const int IsDirectory = 21;
    public const int Invalid = 22;
    public const int NoSpace = 28;
    public const int ReadOnlyFileSystem = 30;
    public const int NotImplemented = 38;
    public const int NotEmpty = 39;
    public const int TooManyLinks = 40;
    public const int NoDevice = 6;
    public const int Again = 11;
    public const int QuotaExceeded = 122;

    /// <summary>To name a file without opening it: a pipe is not joined by that, a device not started.</summary>
    private const int PathOnly = 0x200000;

    private const long SysOpenAt2 = 437;
    private const ulong NoMagicLinks = 0x02;
    private const ulong NoSymlinks = 0x04;
    private const ulong Beneath = 0x08;
    private const int EmptyPath = 0x1000;
    private const int NoFollow = 0x100;
    private const int RemoveDirectory = 0x200;
    private const uint BasicStats = 0x7ff;

    /// <summary>Opens what is below a folder, following no link, out of no race.</summary>
    /// <exception cref="Win32Exception">With the kernel's error; without openat2 nothing is opened at all.</exception>
    public static unsafe SafeFileHandle OpenBeneath(SafeFileHandle folder, string path, int flags, uint mode = 0)
    {
        var how = new OpenHow
        {
            Flags = (ulong)(uint)(flags | CloseOnExec),
            Mode = mode,
            Resolve = Beneath | NoSymlinks | NoMagicLinks,
        };
        for (var attempt = 0; ; attempt++)
        {
            var opened = OpenAt2(SysOpenAt2, folder, path.Length == 0 ? "." : path, &how, sizeof(OpenHow));
            if (opened >= 0)
            {
                return new SafeFileHandle((nint)opened, ownsHandle: true);
            }

            // EAGAIN: something was renamed meanwhile, and the kernel cannot be sure. Then neither can we, for long.
            var error = Marshal.GetLastPInvokeError();
            if (error != Again || attempt == 10)
            {
                throw new Win32Exception(error);
            }
        }
    }

    /// <summary>Finds what is below a folder without opening it; <see cref="OpenToRead"/> does, once it is known.</summary>
    public static SafeFileHandle FindBeneath(SafeFileHandle folder, string path) => OpenBeneath(folder, path, PathOnly);

    /// <summary>Opens what was found: the very same file, whatever has its name by now.</summary>
    public static SafeFileHandle OpenToRead(SafeFileHandle found)
    {
        var opened = Open($"/proc/self/fd/{found.DangerousGetHandle()}", ReadOnly | NonBlocking | CloseOnExec);
        return opened >= 0 ? new SafeFileHandle(opened, ownsHandle: true) : throw Last();
    }

    /// <summary>Opens a folder of the host that a person named.</summary>
    public static SafeFileHandle OpenFolder(string path)
    {
        var opened = Open(path, ReadOnly | Directory | CloseOnExec);
        return opened >= 0 ? new SafeFileHandle(opened, ownsHandle: true) : throw Last();
    }

    /// <summary>What is open.</summary>
    public static FileFacts Describe(SafeFileHandle file) => Describe(file, "", EmptyPath);

    /// <summary>What a folder holds by that name; a link is a link.</summary>
    public static FileFacts Describe(SafeFileHandle folder, string name) => Describe(folder, name, NoFollow);

    public static void MakeFolder(SafeFileHandle folder, string name) => Check(MkdirAt(folder, name, 0x1C0));

    public static void Rename(SafeFileHandle from, string name, SafeFileHandle to, string newName) =>
        Check(RenameAt(from, name, to, newName));

    public static void DeleteFile(SafeFileHandle folder, string name) => Check(UnlinkAt(folder, name, 0));

    public static void DeleteFolder(SafeFileHandle folder, string name) =>
        Check(UnlinkAt(folder, name, RemoveDirectory));

    /// <summary>The names in an open folder.</summary>
    public static IEnumerable<string> Names(SafeFileHandle folder)
    {
        // The kernel's link to the open folder: no path that somebody could have replaced.
        var options = new EnumerationOptions
        {
            AttributesToSkip = FileAttributes.None,
            ReturnSpecialDirectories = false,
        };
        return System
            .IO.Directory.EnumerateFileSystemEntries($"/proc/self/fd/{folder.DangerousGetHandle()}", "*", options)
            .Select(path => Path.GetFileName(path));
    }

    private static FileFacts Describe(SafeFileHandle at, string path, int flags)
    {
        // statx, because its layout is the same on every architecture.
        Span<byte> stat = stackalloc byte[256];
        Check(StatX(at, path, flags, BasicStats, stat));
        return new FileFacts(
            Type: (FileType)(MemoryMarshal.Read<ushort>(stat[28..]) & 0xF000),
            Links: MemoryMarshal.Read<uint>(stat[16..]),
            Size: MemoryMarshal.Read<long>(stat[40..]),
            Modified: DateTimeOffset
                .FromUnixTimeSeconds(Math.Clamp(MemoryMarshal.Read<long>(stat[112..]), 0, 253402300799))
                .AddTicks(MemoryMarshal.Read<uint>(stat[120..]) / 100)
        );
    }

    private static void Check(int result)
    {
        if (result < 0)
        {
            throw Last();
        }
    }

    private static Win32Exception Last() => new(Marshal.GetLastPInvokeError());

    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }

    [LibraryImport("libc", EntryPoint = "syscall", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial long OpenAt2(
        long number,
        SafeFileHandle folder,
        string path,
        OpenHow* how,
        nint size
    );

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "mkdirat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MkdirAt(SafeFileHandle folder, string path, uint mode);

    [LibraryImport("libc", EntryPoint = "renameat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int RenameAt(SafeFileHandle from, string path, SafeFileHandle to, string newPath);

    [LibraryImport("libc", EntryPoint = "unlinkat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int UnlinkAt(SafeFileHandle folder, string path, int flags);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(SafeFileHandle at, string path, int flags, uint mask, Span<byte> stat);
}

/// <summary>What kind of thing a name stands for; the kernel's numbers.</summary>
internal enum FileType
{
    /// <summary>A folder.</summary>
    Folder = 0x4000,

    /// <summary>A regular file.</summary>
    File = 0x8000,
}

/// <summary>What the kernel says of a file.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileFacts(FileType Type, uint Links, long Size, DateTimeOffset Modified);
