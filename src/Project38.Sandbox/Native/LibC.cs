using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Project38.Sandbox.Native;

/// <summary>The calls of glibc and Linux that .NET does not offer.</summary>
internal static unsafe partial class LibC
{
    public const int SigKill = 9;
    public const int OpenCloseOnExec = 0x80000;
    public const int NoSuchProcess = 3;
    public const int Interrupted = 4;
    public const int NoChild = 10;
    public const int FileExists = 17;
    public const int InvalidArgument = 22;
    public const int NotEmpty = 39;

    private const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC
    private const int AddSeals = 1033; // F_ADD_SEALS
    private const int AllSeals = 0xF; // F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE
    private const uint MemoryFileCloseOnExec = 1; // MFD_CLOEXEC
    private const uint MemoryFileMaySeal = 2; // MFD_ALLOW_SEALING
    private const uint MemoryFileExecutable = 0x10; // MFD_EXEC
    private const long PidfdSendSignal = 424; // the same number on x64 and arm64
    private const long PidfdOpen = 434;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUserId();

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe(int* descriptors, int flags);

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    public static partial int SocketPair(int family, int type, int protocol, int* ends);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(SafeFileHandle socket, MessageHeader* header, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(SafeFileHandle socket, MessageHeader* header, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(SafeFileHandle socket, int how);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int Wait(int pid, out int status, int options);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fstatvfs", SetLastError = true)]
    public static partial int FileSystem(SafeFileHandle file, FileSystemStatus* status);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Stat(int folder, string path, int flags, uint mask, FileStatus* status);

    /// <summary>The size of an extended attribute of a file; negative when it has none of that name, or it may not be read.</summary>
    [LibraryImport("libc", EntryPoint = "getxattr", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint GetAttribute(string path, string name, void* value, nint size);

    [LibraryImport(
        "libc",
        EntryPoint = "memfd_create",
        StringMarshalling = StringMarshalling.Utf8,
        SetLastError = true
    )]
    private static partial int CreateMemoryFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long first, long second, long third, long fourth);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Spawn(
        out int pid,
        string path,
        void* actions,
        void* attributes,
        byte** argv,
        byte** envp
    );

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int InitializeActions(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int DestroyActions(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int AddDuplicate(void* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    public static partial int AddCloseFrom(void* actions, int from);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial int InitializeAttributes(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static partial int DestroyAttributes(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial int SetFlags(void* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int SetDefaultSignals(void* attributes, void* set);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    public static partial int SetSignalMask(void* attributes, void* set);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    public static partial int FillSignals(void* set);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    public static partial int EmptySignals(void* set);

    /// <summary>An empty file in memory, closed on exec.</summary>
    public static int CreateMemoryFile(string name) =>
        Check(CreateMemoryFile(name, MemoryFileCloseOnExec), "memfd_create");

    /// <summary>The same, which can be sealed.</summary>
    public static int CreateSealableFile(string name) =>
        Check(CreateMemoryFile(name, MemoryFileCloseOnExec | MemoryFileMaySeal), "memfd_create");

    /// <summary>An empty file in memory that can be executed, and sealed; negative where the kernel allows none.</summary>
    public static int CreateProgramFile(string name)
    {
        const uint Flags = MemoryFileCloseOnExec | MemoryFileMaySeal;
        var file = CreateMemoryFile(name, Flags | MemoryFileExecutable);

        // Before Linux 6.3 there is no such flag, and each can be executed.
        var isUnknown = file < 0 && Marshal.GetLastPInvokeError() == InvalidArgument;
        return isUnknown ? CreateMemoryFile(name, Flags) : file;
    }

    /// <summary>Keeps everybody from writing to a file in memory.</summary>
    public static void Seal(SafeFileHandle file) =>
        _ = Check(Control((int)file.DangerousGetHandle(), AddSeals, AllSeals), "fcntl(F_ADD_SEALS)");

    /// <summary>The same open file under a number of at least <paramref name="lowest"/>, closed on exec.</summary>
    public static int DuplicateAbove(int descriptor, int lowest) =>
        Check(Control(descriptor, DuplicateCloseOnExec, lowest), "fcntl(F_DUPFD_CLOEXEC)");

    /// <summary>A handle on a process that a later process with the same number cannot take over; -1 when it is gone.</summary>
    public static int OpenProcess(int pid) => (int)SystemCall(PidfdOpen, pid, 0, 0, 0);

    /// <summary>Sends a signal through a handle of <see cref="OpenProcess"/>.</summary>
    public static int SignalProcess(int handle, int signal) => (int)SystemCall(PidfdSendSignal, handle, signal, 0, 0);

    /// <summary>Throws with the name of the call when <paramref name="result"/> is negative.</summary>
    /// <exception cref="IOException">The call failed.</exception>
    public static int Check(int result, string call) =>
        result >= 0
            ? result
            : throw new IOException($"{call} failed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
}

/// <summary>The part of <c>struct statx</c> that is read here; the layout is the same everywhere.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileStatus
{
    [FieldOffset(20)]
    public uint UserId;

    [FieldOffset(28)]
    public ushort Mode;
}

/// <summary>The part of <c>struct statvfs</c> that is read here, as all 64-bit systems have it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileSystemStatus
{
    [FieldOffset(8)]
    public ulong FragmentSize;

    [FieldOffset(16)]
    public ulong Blocks;

    [FieldOffset(24)]
    public ulong FreeBlocks;

    [FieldOffset(48)]
    public ulong FreeFiles;
}
