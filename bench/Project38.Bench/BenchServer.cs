using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Project38.Bench;

/// <summary>The product as people run it, <c>p38 up</c>, on a free port and in a home that goes with it.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    /// <summary>An agent that does nothing, and succeeds.</summary>
    public const string Program = """
        class Agent:
            def __init__(self, config):
                self.config = config

            async def execute(self):
                return {"status": "success", "result": {}}

        """;

    private readonly DirectoryInfo _home;
    private readonly Process _up;

    private BenchServer(DirectoryInfo home, Process up, Dictionary<string, string> environment)
    {
        (_home, _up, Environment) = (home, up, environment);
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(home.FullName, "server.json")));
        Address = new Uri(file.RootElement.GetProperty("url").GetString()!);
        Process = Process.GetProcessById(file.RootElement.GetProperty("pid").GetInt32());
        Token = File.ReadAllText(Path.Combine(home.FullName, "token")).Trim();
    }

    /// <summary>The server's own process, which need not be the command's.</summary>
    public Process Process { get; }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>What it lets in.</summary>
    public string Token { get; }

    /// <summary>A client that it lets in.</summary>
    public HttpClient NewClient()
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return client;
    }

    /// <summary>What a verb needs to find it.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The command.</summary>
    public static string Command(string root) => Path.Combine(root, "artifacts", "p38", "p38");

    /// <summary>Starts it.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="more">More of its environment.</param>
    /// <exception cref="InvalidOperationException">It did not start.</exception>
    public static async Task<BenchServer> StartAsync(string root, params (string Key, string Value)[] more)
    {
        var home = Directory.CreateTempSubdirectory("p38-bench-");
        var environment = new Dictionary<string, string>
        {
            ["P38_HOME"] = home.FullName,
            ["P38_PORT"] = "0",
            ["P38_RUFF"] = Path.Combine(root, "runtime", "ruff"),
            // All that comes here comes with one token.
            ["P38_REQUESTS_PER_SECOND"] = "1000000",
        };
        foreach (var (key, value) in more)
        {
            environment[key] = value;
        }
        var start = new ProcessStartInfo(Command(root), ["up"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }
        var up = Process.Start(start)!;
        // Its log has a line for every run; what is not well is passed on.
        up.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.Contains(" info: ", StringComparison.Ordinal) == false)
            {
                Console.Error.WriteLine(line.Data);
            }
        };
        up.BeginErrorReadLine();
        // Its first line is where it listens: it is up.
        return await up.StandardOutput.ReadLineAsync() is null
            ? throw new InvalidOperationException("The service did not start.")
            : new BenchServer(home, up, environment);
    }

    /// <summary>As Ctrl-C does: the service drains, and its home can go when it has.</summary>
    public async ValueTask DisposeAsync()
    {
        await SideBySide.ProcessAsync("/bin/kill", ["-INT", $"{_up.Id}"]);
        await _up.WaitForExitAsync();
        _up.Dispose();
        Process.Dispose();
        _home.Delete(recursive: true);
    }
}
