using System.Diagnostics;
using System.Text.Json;
using Project38.Contracts;
using Project38.Testing;

namespace Project38.Cli.Tests;

/// <summary>The real command as a process, in a home of its own.</summary>
internal sealed class P38 : IAsyncDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("p38-cli-");

    /// <summary>As <c>./test</c> built it for people; else as it was built with these tests.</summary>
    private static string[] Command { get; } =
        System.Environment.GetEnvironmentVariable("P38_TEST_COMMAND") is { Length: > 0 } built
            ? [built]
            : ["dotnet", Path.Join(AppContext.BaseDirectory, "p38.dll")];

    /// <summary>The command, for a shell.</summary>
    public string Shell => string.Join(' ', Command.Select(part => $"'{part}'"));

    public string Home => Path.Join(_root.FullName, "home");

    public Dictionary<string, string> Environment { get; } = new() { ["TZ"] = "Asia/Jerusalem" };

    /// <summary>Where the command is called.</summary>
    public string Folder => _root.FullName;

    public string NewFile(string name, string content)
    {
        var path = Path.Join(_root.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Runs a verb that must succeed.</summary>
    /// <returns>What it wrote to standard output.</returns>
    public async Task<string> DoneAsync(params string[] arguments)
    {
        var ended = await RunAsync(arguments);
        ended.ExitCode.ShouldBe(ExitCode.Ok, $"p38 {string.Join(' ', arguments)}\n{ended.Error}\n{ended.Output}");
        return ended.Output;
    }

    /// <summary>Runs a verb that must succeed, for its JSON.</summary>
    public async Task<JsonElement> JsonAsync(params string[] arguments) =>
        JsonElement.Parse(await DoneAsync([.. arguments, "--json"]));

    public Task<Ended> RunAsync(params string[] arguments) => EndAsync(Start(arguments), typed: "");

    /// <summary>Runs a verb on a terminal, where somebody types.</summary>
    /// <returns>What the terminal showed is its output.</returns>
    public Task<Ended> RunOnTerminalAsync(string typed, params string[] arguments) =>
        EndAsync(StartOnTerminal(arguments), typed);

    /// <summary>Starts a verb on a terminal; its standard input is what somebody types there, Ctrl-C included.</summary>
    public Process StartOnTerminal(params string[] arguments)
    {
        const string Terminal =
            "import os, pty, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
            + "sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
        var start = StartInfo(arguments);
        start.FileName = "/usr/bin/python3";
        string[] command = ["-c", Terminal, .. Command, .. arguments];
        start.ArgumentList.Clear();
        foreach (var part in command)
        {
            start.ArgumentList.Add(part);
        }
        return Process.Start(start)!;
    }

    private static async Task<Ended> EndAsync(Process started, string typed)
    {
        using var process = started;
        await process.StandardInput.WriteAsync(typed);
        process.StandardInput.Close();
        var cancelled = TestContext.Current.CancellationToken;
        var error = process.StandardError.ReadToEndAsync(cancelled);
        var output = await process.StandardOutput.ReadToEndAsync(cancelled);
        await process.WaitForExitAsync(cancelled);
        return new Ended(process.ExitCode, output, await error);
    }

    public Process Start(params string[] arguments) => Process.Start(StartInfo(arguments))!;

    /// <summary>A line for a shell, which finds home and server as the command does.</summary>
    public ProcessStartInfo ShellStart(string line, params string[] arguments)
    {
        var start = StartInfo([]);
        start.FileName = "/bin/bash";
        start.ArgumentList.Clear();
        string[] command = ["-c", line, "bash", .. arguments];
        foreach (var part in command)
        {
            start.ArgumentList.Add(part);
        }
        start.Environment["COLUMNS"] = "80";
        start.Environment["LC_ALL"] = "C.UTF-8";
        return start;
    }

    private ProcessStartInfo StartInfo(string[] arguments)
    {
        var start = new ProcessStartInfo(Command[0], [.. Command[1..], .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _root.FullName,
        };
        foreach (var name in (string[])["DATABASE_URL", "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY"])
        {
            start.Environment.Remove(name); // this machine's own
        }
        start.Environment["P38_HOME"] = Home;
        start.Environment["P38_PORT"] = "0";
        start.Environment["P38_SERVER"] = Path.Join(
            AppContext.BaseDirectory.Replace("tests/Project38.Cli.Tests", "src/Project38.Server"),
            "Project38.Server.dll"
        );
        start.Environment["P38_RUFF"] = Repository.Folder("runtime", "ruff");
        foreach (var (key, value) in Environment)
        {
            start.Environment[key] = value;
        }
        return start;
    }

    public async ValueTask DisposeAsync()
    {
        // The embedded server leaves by itself; its home can go when it has.
        var announced = Path.Join(Home, "server.json");
        var waited = Stopwatch.StartNew();
        while (File.Exists(announced) && waited.Elapsed < TimeSpan.FromSeconds(30))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
        }
        _root.Delete(recursive: true);
    }

    /// <summary>Starts the service, and waits until it serves.</summary>
    public async Task<Process> UpAsync()
    {
        var up = Start("up");
        await UntilAsync(up, "next");
        return up;
    }

    /// <summary>The server that runs.</summary>
    public ServerFile Server() =>
        JsonSerializer.Deserialize(
            File.ReadAllText(Path.Join(Home, ServerFile.Name)),
            ContractsJson.Default.ServerFile
        )!;

    /// <summary>Reads what a process says, up to a line with a word.</summary>
    public static async Task<string> UntilAsync(Process process, string word)
    {
        var said = new System.Text.StringBuilder();
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            said.AppendLine(line);
            if (line.Contains(word, StringComparison.Ordinal))
            {
                return said.ToString();
            }
        }
        throw new InvalidOperationException($"No '{word}' in what it said: {said}");
    }

    /// <summary>Sends a signal.</summary>
    public static async Task SignalAsync(string signal, int process)
    {
        using var kill = Process.Start("kill", [signal, $"{process}"]);
        await kill.WaitForExitAsync(CancellationToken.None);
    }

    public sealed record Ended(int ExitCode, string Output, string Error);
}
