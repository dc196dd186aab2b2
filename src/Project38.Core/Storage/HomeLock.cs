using System.Globalization;

namespace Project38.Core.Storage;

/// <summary>Held by the one process that works on the SQLite file of a home.</summary>
/// <remarks>
/// An advisory lock of the kernel on the file <c>p38.lock</c>, which .NET takes for a file that is not shared. It ends
/// with the process however that ends, so a file that was left behind locks nobody out. Who holds it stands in
/// <c>p38.holder</c>, only for the message: .NET cannot read a file that another has locked.
/// </remarks>
internal sealed class HomeLock : IDisposable
{
    private readonly FileStream _file;

    private HomeLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="StorageException">Another process holds it; the message says which.</exception>
    public static HomeLock Take(string home, TimeProvider time)
    {
        var path = Path.Join(home, "p38.lock");
        FileStream file;
        try
        {
            OwnerFile.Make(path);
            file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException exception)
        {
            throw new StorageException(
                StorageFailure.Refused,
                $"{home} is in use by {Holder(home)}: one process at a time works on an SQLite file. "
                    + "Stop that one, set P38_HOME to another folder, or use PostgreSQL (DATABASE_URL) for several.",
                exception
            );
        }

        var since = time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        OwnerFile.Make(HolderFile(home));
        File.WriteAllText(HolderFile(home), $"process {Environment.ProcessId}, since {since}");
        return new HomeLock(file);
    }

    /// <summary>Gives it back.</summary>
    public void Dispose() => _file.Dispose();

    private static string Holder(string home)
    {
        try
        {
            return File.ReadAllText(HolderFile(home)) is { Length: > 0 } holder ? holder : "another process";
        }
        catch (IOException)
        {
            return "another process";
        }
    }

    private static string HolderFile(string home) => Path.Join(home, "p38.holder");
}
