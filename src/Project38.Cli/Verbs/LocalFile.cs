using System.Text;
using Project38.Cli.Output;

namespace Project38.Cli.Verbs;

/// <summary>Files that a verb sends: looked at before anything else happens.</summary>
internal static class LocalFile
{
    /// <summary>The most an agent's file may have, as the tools have it too.</summary>
    public const long MaxBytes = 10L * 1024 * 1024;

    /// <summary>The most a program or its tests may have, as the server's checks have it too.</summary>
    public const long MaxProgramBytes = 128 * 1024;

    /// <summary>Checks files that are to go into a workspace, under their own names.</summary>
    /// <exception cref="CliException">One is missing, no regular file, too large, or not readable; all are named.</exception>
    public static IReadOnlyList<FileInfo> Check(IReadOnlyList<string> paths)
    {
        var complaints = paths.Select(path => Complaint(path, MaxBytes)).OfType<string>().ToList();
        complaints.AddRange(
            paths
                .GroupBy(path => Path.GetFileName(path))
                .Where(same => same.Select(Path.GetFullPath).Distinct().Count() > 1)
                .Select(same => $"Two files are called '{same.Key}'; the agent sees them by that name.")
        );
        return complaints.Count == 0
            ? [.. paths.Distinct().Select(path => new FileInfo(path))]
            : throw new CliException(ExitCode.Usage, string.Join(" ", complaints));
    }

    /// <summary>Checks folders that are to be granted.</summary>
    /// <returns>Their absolute paths.</returns>
    public static IReadOnlyList<string> CheckFolders(IReadOnlyList<string> paths)
    {
        var missing = paths
            .Where(path => !Directory.Exists(path))
            .Select(path => $"There is no folder '{path}'.")
            .ToList();
        return missing.Count == 0
            ? [.. paths.Select(Path.GetFullPath).Select(Path.TrimEndingDirectorySeparator).Distinct()]
            : throw new CliException(ExitCode.Usage, string.Join(" ", missing));
    }

    /// <summary>Reads a text file that the command line names.</summary>
    /// <exception cref="CliException">It is missing, no regular file, too large, not readable, or no text in UTF-8.</exception>
    public static Task<string> ReadTextAsync(string path, CancellationToken cancellationToken) =>
        ReadTextAsync(path, MaxBytes, cancellationToken);

    /// <summary>Reads a program, or its tests.</summary>
    /// <exception cref="CliException">As <see cref="ReadTextAsync(string, CancellationToken)"/>.</exception>
    public static async Task<string> ReadProgramAsync(string path, CancellationToken cancellationToken)
    {
        var text = await ReadTextAsync(path, MaxProgramBytes, cancellationToken);
        return string.IsNullOrWhiteSpace(text)
            ? throw new CliException(ExitCode.Usage, $"'{path}' is empty. Give a Python file.")
            : text;
    }

    /// <summary>Reads a text file that the command line names, of at most so many bytes.</summary>
    /// <exception cref="CliException">As <see cref="ReadTextAsync(string, CancellationToken)"/>.</exception>
    public static async Task<string> ReadTextAsync(string path, long maxBytes, CancellationToken cancellationToken)
    {
        if (Complaint(path, maxBytes) is { } complaint)
        {
            throw new CliException(ExitCode.Usage, complaint);
        }

        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        if (Array.IndexOf(bytes, (byte)0) is >= 0 and var at)
        {
            throw new CliException(
                ExitCode.Usage,
                $"'{path}' has the character NUL, first behind {at:N0} bytes, which no text has. Save it as UTF-8 text."
            );
        }
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(
                bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsSpan(3) : bytes
            );
        }
        catch (DecoderFallbackException exception)
        {
            throw new CliException(ExitCode.Usage, $"'{path}' is not UTF-8 text. Save it as UTF-8.", exception);
        }
    }

    private static string? Complaint(string path, long maxBytes)
    {
        if (Directory.Exists(path))
        {
            return $"'{path}' is a folder, not a file. To let an agent read a folder, use --folder.";
        }
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            return $"There is no file '{path}'.";
        }
        if (!FileKind.IsRegular(path))
        {
            return $"'{path}' is no regular file, but a pipe or a device. Write its content to a file first.";
        }
        if (file.Length > maxBytes)
        {
            // In bytes where the rounded sizes would be one.
            var (has, most) = (Times.Size(file.Length), Times.Size(maxBytes));
            return has == most
                ? $"'{path}' has {file.Length:N0} bytes; {maxBytes:N0} are the most."
                : $"'{path}' has {has}; {most} are the most.";
        }

        try
        {
            using var readable = file.OpenRead();
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"'{path}' cannot be read: {exception.Message}";
        }
    }
}
