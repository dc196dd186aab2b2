using System.Diagnostics;
using Project38.Contracts;
using Project38.Testing;

namespace Project38.Client.Tests;

/// <summary>The real server as a process, in a home of its own; it can be ended and started anew there.</summary>
public sealed class RunningServer : IAsyncLifetime
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("p38-client-");
    private Process? _process;

    /// <summary>More of its environment.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Its <c>P38_HOME</c>.</summary>
    public string Home => Path.Join(_root.FullName, "home");

    public ValueTask InitializeAsync() => new(StartAsync());

    /// <summary>Starts it on a free port, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        var program = Path.Join(
            AppContext.BaseDirectory.Replace("tests/Project38.Client.Tests", "src/Project38.Server"),
            "Project38.Server.dll"
        );
        var start = new ProcessStartInfo("dotnet", [program, "up"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        foreach (var name in (string[])["DATABASE_URL", "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY"])
        {
            start.Environment.Remove(name); // this machine's own
        }
        start.Environment["P38_HOME"] = Home;
        start.Environment["P38_PORT"] = "0";
        start.Environment["P38_RUFF"] = Repository.Folder("runtime", "ruff");
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        while (!await AnswersAsync())
        {
            _process.HasExited.ShouldBeFalse();
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Ends it as a supervisor would: it drains.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process!.Id}"]);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    /// <summary>Ends it as a power cut would: its file stays.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _root.Delete(recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = P38Client.FromHome(Home);
            var file = await File.ReadAllTextAsync(Path.Join(Home, ServerFile.Name), CancellationToken.None);
            return file.Contains($"\"pid\":{_process!.Id},", StringComparison.Ordinal)
                && (await client.HealthAsync(CancellationToken.None)).Database == "connected";
        }
        catch (Exception exception) when (exception is ConnectionLostException or IOException)
        {
            return false;
        }
    }
}
