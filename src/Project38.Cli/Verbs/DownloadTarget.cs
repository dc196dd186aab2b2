namespace Project38.Cli.Verbs;

/// <summary>Where a download goes: standard output, or a file that is written whole or not at all.</summary>
internal static class DownloadTarget
{
    /// <summary>Refuses a path that no file can be written to, before anything is asked.</summary>
    /// <param name="path">Null: standard output.</param>
    public static void Check(string? path)
    {
        if (path is null)
        {
            return;
        }
        if (path.Length == 0 || Directory.Exists(path))
        {
            throw new CliException(ExitCode.Usage, $"'{path}' is no file to write to. Name one with --output.");
        }
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
        {
            throw new CliException(ExitCode.Usage, $"'{path}' cannot be written: its folder does not exist.");
        }
    }

    /// <summary>Writes.</summary>
    /// <param name="path">Null: standard output.</param>
    /// <param name="write">Fills the stream; what it throws leaves the file as it was.</param>
    public static async Task WriteAsync(string? path, Func<Stream, Task> write)
    {
        if (path is null)
        {
            await using var output = Console.OpenStandardOutput();
            await write(output);
            return;
        }

        // A device or a pipe takes what comes; only a file is replaced, and root must not replace /dev/null.
        if (File.Exists(path) && !FileKind.IsRegular(path))
        {
            await using var device = new FileStream(path, FileMode.Open, FileAccess.Write);
            await write(device);
            return;
        }

        var part = $"{path}.{Environment.ProcessId}.part";
        try
        {
            await using (var file = Create(part, path))
            {
                await write(file);
            }
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static FileStream Create(string part, string path)
    {
        try
        {
            return File.Create(part);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Of the path that the user wrote, and not of ours.
            var why =
                exception is UnauthorizedAccessException
                    ? "it may not be written."
                    : exception.Message.Replace(Path.GetFullPath(part), path, StringComparison.Ordinal);
            throw new CliException(ExitCode.Usage, $"'{path}' cannot be written: {why}", exception);
        }
    }
}
