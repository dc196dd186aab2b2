using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Project38.Core.Storage;

/// <summary><c>P38_HOME</c>: the platform's own folder, which nobody else may look into.</summary>
public sealed class HomeFolder(IOptions<StorageOptions> options, ILogger<HomeFolder> logger)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Absolute path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(options.Value.Home);

    /// <summary>Makes the folder, mode 0700. One that others may look into is closed to them, and the log says so.</summary>
    /// <exception cref="StorageException">It belongs to somebody else, is no folder, or cannot be made.</exception>
    public void Prepare()
    {
        try
        {
            Directory.CreateDirectory(Path, OwnerOnly);

            var owner = FileOwner.Of(Path);
            var self = FileOwner.Self();
            if (owner != self)
            {
                throw Refused($"it belongs to user {owner}, and this process runs as user {self}");
            }

            var mode = File.GetUnixFileMode(Path);
            if (mode != OwnerOnly)
            {
                File.SetUnixFileMode(Path, OwnerOnly);
                HomeFolderLog.Mended(logger, Path, Convert.ToString((int)mode, 8));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Refused(exception.Message, exception);
        }
    }

    private StorageException Refused(string why, Exception? cause = null) =>
        new(
            StorageFailure.Refused,
            $"The folder {Path} cannot be used: {why}. Set P38_HOME to a folder of your own.",
            cause
        );
}

internal static partial class HomeFolderLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Home} had mode {Mode}; it is 700 now: it holds keys")]
    public static partial void Mended(ILogger logger, string home, string mode);
}

/// <summary>Who owns a file, which .NET does not tell.</summary>
internal static partial class FileOwner
{
    private const int CurrentFolder = -100;
    private const uint WantUid = 0x8;

    /// <summary>The user id of this process.</summary>
    public static uint Self() => EffectiveUser();

    /// <summary>The user id of the owner; of its target, for a link.</summary>
    public static uint Of(string path)
    {
        // statx, because its layout is the same on every architecture: 256 bytes, uid at 20.
        Span<byte> buffer = stackalloc byte[256];
        if (Statx(CurrentFolder, path, 0, WantUid, buffer) != 0)
        {
            throw new IOException($"statx: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        return MemoryMarshal.Read<uint>(buffer[20..]);
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> buffer);
}
