using System.Text.Json;
using Project38.Contracts;

namespace Project38.Server.Lifetime;

/// <summary>The one place for a server in a home: held from before the database opens until the process ends.</summary>
/// <remarks>
/// Storage has a lock of its own for the SQLite file. This one holds on PostgreSQL too, because <c>server.json</c> and
/// the workspaces are the home's whatever the database is, and its exit code tells a verb that lost the race to wait.
/// </remarks>
internal sealed class HomeSeat : IDisposable
{
    private const string LockName = "server.lock";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;
    private readonly string _file;
    private bool _written;

    private HomeSeat(FileStream held, string file)
    {
        _lock = held;
        _file = file;
    }

    /// <summary>Takes the seat.</summary>
    /// <exception cref="StartRefusedException">Another server has it.</exception>
    public static HomeSeat Take(string home)
    {
        var file = Path.Join(home, ServerFile.Name);
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = OwnerOnly,
            };
            return new HomeSeat(new FileStream(Path.Join(home, LockName), options), file);
        }
        catch (IOException)
        {
            throw new StartRefusedException(
                $"Another server works in {home}{Holder(file)}. Stop that one, or set P38_HOME to another folder.",
                ExitCodes.HomeHeld
            );
        }
    }

    /// <summary>Tells verbs where this server listens: whole or not at all, readable by its owner only.</summary>
    public void Announce(string url, ServerMode mode, string version, IReadOnlyDictionary<string, string> settings)
    {
        var server = new ServerFile
        {
            Pid = Environment.ProcessId,
            StartTicks = ProcessStart.Ticks(),
            BootId = ProcessStart.BootId(),
            Url = url,
            Mode = mode == ServerMode.Up ? "up" : "embedded",
            Version = version,
            Settings = settings,
        };
        var part = $"{_file}.part";
        File.Delete(part);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        };
        using (var stream = new FileStream(part, options))
        {
            JsonSerializer.Serialize(stream, server, ContractsJson.Default.ServerFile);
        }
        File.Move(part, _file, overwrite: true);
        _written = true;
    }

    /// <summary>Leaves: the file first, so that no verb finds a server that is gone.</summary>
    public void Dispose()
    {
        if (_written)
        {
            File.Delete(_file);
        }
        _lock.Dispose();
    }

    private static string Holder(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            var server = JsonSerializer.Deserialize(stream, ContractsJson.Default.ServerFile);
            return server is null ? "" : $" (process {server.Pid}, {server.Url})";
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            // It holds the seat and has not announced itself yet.
            return "";
        }
    }
}

/// <summary>When this process started, as the kernel counts it: what tells it from a later one with the same id.</summary>
internal static class ProcessStart
{
    /// <summary>Field 22 of <c>/proc/self/stat</c>, see proc_pid_stat(5): ticks since boot.</summary>
    public static long Ticks()
    {
        var stat = File.ReadAllText("/proc/self/stat");

        // Field 2 is the command in brackets, and may hold blanks and brackets itself.
        var afterCommand = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(afterCommand[22 - 3]);
    }

    /// <summary>The boot those ticks count from.</summary>
    public static string BootId() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
}
