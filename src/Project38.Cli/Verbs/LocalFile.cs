namespace Project38.Cli.Verbs;

/// <summary>Files that a verb sends: looked at before anything else happens.</summary>
internal static class LocalFile
{
    /// <summary>The most an agent's file may have, as the tools have it too.</summary>
    public const long MaxBytes = 10L * 1024 * 1024;

    /// <summary>Checks files that are to go into a workspace, under their own names.</summary>
    /// <exception cref="CliException">One is missing, no regular file, too large, or not readable; all are named.</exception>
    public static IReadOnlyList<FileInfo> Check(IReadOnlyList<string> paths)
    {
        var complaints = paths.Select(Complaint).OfType<string>().ToList();
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
    public static async Task<string> ReadTextAsync(string path, CancellationToken cancellationToken)
    {
        if (Complaint(path) is { } complaint)
        {
            throw new CliException(ExitCode.Usage, complaint);
        }

        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        try
        {
            return new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true).GetString(
                bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsSpan(3) : bytes
            );
        }
        catch (System.Text.DecoderFallbackException exception)
        {
            throw new CliException(ExitCode.Usage, $"'{path}' is not UTF-8 text. Save it as UTF-8.", exception);
        }
    }

    private static string? Complaint(string path)
    {
        if (Directory.Exists(path))
        {
            return $"'{path}' is a folder; use --folder to let an agent read one.";
        }
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            return $"There is no file '{path}'.";
        }
        if (!FileKind.IsRegular(path))
        {
            return $"'{path}' is no regular file.";
        }
        if (file.Length > MaxBytes)
        {
            return $"'{path}' has {Output.Times.Size(file.Length)}; a file may have {Output.Times.Size(MaxBytes)}.";
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
