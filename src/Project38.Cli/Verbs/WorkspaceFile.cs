namespace Project38.Cli.Verbs;

/// <summary>A file of an agent's workspace, as the command line names it.</summary>
internal static class WorkspaceFile
{
    /// <summary>Refuses a path that an address cannot carry to the server, before anything is asked.</summary>
    /// <exception cref="CliException">The words are the server's own.</exception>
    public static void Check(string path)
    {
        // Addresses are normalised on their way: "files/../.." would be another route of the API.
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Contains(".."))
        {
            throw new CliException(ExitCode.Refused, $"'{path}' is no path here: '..' leads out of the folder.");
        }
        if (parts.All(part => part == "."))
        {
            throw new CliException(ExitCode.Refused, $"'{path}' is no path here: it names no file.");
        }
    }
}
