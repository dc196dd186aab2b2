using System.Text.Json;
using Project38.Contracts;

namespace Project38.Cli;

/// <summary><c>P38_HOME</c>, as far as the command line looks into it: the token and the running server.</summary>
internal sealed class Home
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private Home(string path) => Path = path;

    /// <summary>Absolute.</summary>
    public string Path { get; }

    /// <summary>Where an embedded server writes.</summary>
    public string ServerLog => System.IO.Path.Join(Path, "logs", "server.log");

    /// <summary>Where the token is, once a server has made it.</summary>
    public string TokenFile => System.IO.Path.Join(Path, "token");

    /// <summary>A home elsewhere than the environment says.</summary>
    /// <param name="path">Absolute.</param>
    public static Home At(string path) => new(path);

    /// <summary>The home that the environment names; <c>~/.p38</c> where it names none.</summary>
    public static Home Find()
    {
        var named = Environment.GetEnvironmentVariable("P38_HOME");
        if (!string.IsNullOrEmpty(named))
        {
            return System.IO.Path.IsPathFullyQualified(named)
                ? new Home(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(named)))
                : throw new CliException(Cli.ExitCode.Usage, $"P38_HOME is '{named}'. Give the whole path.");
        }

        var user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return user.Length > 0
            ? new Home(System.IO.Path.Join(user, ".p38"))
            : throw new CliException(
                Cli.ExitCode.Usage,
                "There is no home directory. Set P38_HOME to a folder of yours."
            );
    }

    /// <summary>Makes the folder and that of the logs, for its owner only.</summary>
    public void Prepare()
    {
        try
        {
            Directory.CreateDirectory(Path, OwnerOnly);
            var logs = Directory.CreateDirectory(System.IO.Path.GetDirectoryName(ServerLog)!, OwnerOnly);
            logs.UnixFileMode = OwnerOnly;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                Cli.ExitCode.Server,
                $"The folder {Path} cannot be used: {exception.Message} Set P38_HOME to a folder of yours.",
                exception
            );
        }
    }

    /// <summary>The token, or null before the first start.</summary>
    public string? ReadToken() => ReadOrNull("token")?.Trim();

    /// <summary>Forgets the token; the next server makes another.</summary>
    public void DeleteToken() => File.Delete(TokenFile);

    /// <summary>The server that runs here; null when there is none, or its file was left behind by one that is gone.</summary>
    public ServerFile? ReadServer()
    {
        if (ReadOrNull(ServerFile.Name) is not { } text)
        {
            return null;
        }

        try
        {
            var server = JsonSerializer.Deserialize(text, ContractsJson.Default.ServerFile);
            return server is not null && ProcessProbe.IsAlive(server) ? server : null;
        }
        catch (JsonException)
        {
            // Not ours, or of another version: as good as none.
            return null;
        }
    }

    private string? ReadOrNull(string name)
    {
        try
        {
            return File.ReadAllText(System.IO.Path.Join(Path, name));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                Cli.ExitCode.Server,
                $"{System.IO.Path.Join(Path, name)} cannot be read: {exception.Message} Is P38_HOME yours?",
                exception
            );
        }
    }
}
