using System.Diagnostics;

namespace Project38.Cli.Servers;

/// <summary>The server's program on this machine, and how it is started.</summary>
internal static class ServerProgram
{
    private const string FileName = "Project38.Server.dll";

    /// <summary>How the process of a server ends when another server holds the home.</summary>
    public const int HomeHeld = 75;

    /// <summary>Starts an embedded server: in a session of its own, so that Ctrl-C of the terminal does not reach it.</summary>
    /// <param name="home">Its home.</param>
    /// <param name="environment">Over this process's own; null as a value takes a variable away.</param>
    public static Process StartEmbedded(Home home, IReadOnlyDictionary<string, string?> environment)
    {
        // A shell, because only a child of our own can be handed a file as its output, and it becomes the server.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/" };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("exec setsid \"$@\" </dev/null >>\"$P38_SERVER_LOG\" 2>&1");
        start.ArgumentList.Add("p38-server");
        foreach (var word in CgroupScope.Around(DotnetHost(), Find(), "embedded"))
        {
            start.ArgumentList.Add(word);
        }
        start.Environment["P38_HOME"] = home.Path;
        start.Environment["P38_SERVER_LOG"] = home.ServerLog;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        return Start(start);
    }

    /// <summary>Starts the service; it drains when this process ends, however that ends.</summary>
    /// <param name="home">Its home.</param>
    /// <param name="environment">Over this process's own.</param>
    public static Process StartService(Home home, IReadOnlyDictionary<string, string> environment)
    {
        var command = CgroupScope.Around(DotnetHost(), Find(), "up", "--stop-with-input");
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        };
        start.Environment["P38_HOME"] = home.Path;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        return Start(start);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new CliException(
                ExitCode.Server,
                $"The server could not be started: {exception.Message} Run 'p38 doctor'.",
                exception
            );
        }
    }

    private static string Find()
    {
        var path = Environment.GetEnvironmentVariable("P38_SERVER") is { Length: > 0 } named
            ? Path.GetFullPath(named)
            : Path.Join(AppContext.BaseDirectory, FileName);
        return File.Exists(path)
            ? path
            : throw new CliException(
                ExitCode.Server,
                $"There is no server program at {path}. Use the 'p38' script of the clone, or set P38_SERVER to {FileName}."
            );
    }

    private static string DotnetHost() =>
        Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath!
        : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host
        : "dotnet";
}
