namespace Project38.Cli.Servers;

/// <summary>The file that an embedded server writes to: kept short, and read when it does not start.</summary>
internal sealed class ServerLog
{
    private const long MaxBytes = 1024 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string RefusalPrefix = "p38: could not start: ";

    private readonly string _path;
    private readonly long _start;

    private ServerLog(string path, long start)
    {
        _path = path;
        _start = start;
    }

    /// <summary>Before a start: puts a long file aside, and notes where the new server begins. Only its owner reads it.</summary>
    public static ServerLog Begin(string path)
    {
        if (LengthOf(path) > MaxBytes)
        {
            File.Move(path, path + ".1", overwrite: true);
        }
        return new ServerLog(path, LengthOf(path));
    }

    // Made here, since the shell that hands it to the server would make it for everybody to read.
    private static long LengthOf(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            UnixCreateMode = OwnerOnly,
        };
        using var file = new FileStream(path, options);
        File.SetUnixFileMode(file.SafeFileHandle, OwnerOnly);
        return file.Length;
    }

    /// <summary>Why the server did not start, in its own words.</summary>
    public string Reason()
    {
        var written = Written();
        var lines = written.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var refusal = lines.LastOrDefault(line => line.StartsWith(RefusalPrefix, StringComparison.Ordinal));
        return refusal is not null
            ? refusal[RefusalPrefix.Length..]
            : $"It ended at once. Its last words: {lines.LastOrDefault() ?? "none"}. See {_path}.";
    }

    private string Written()
    {
        try
        {
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            file.Position = Math.Min(_start, file.Length);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
