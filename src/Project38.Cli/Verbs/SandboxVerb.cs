using System.CommandLine;
using System.Text;
using Project38.Cli.Api;
using Project38.Cli.Output;
using Project38.Client;
using Project38.Contracts;

namespace Project38.Cli.Verbs;

/// <summary><c>p38 sandbox</c>: what contains a program here; <c>run</c> lets anybody see for themselves.</summary>
internal static class SandboxVerb
{
    private const string Uncounted = "not counted at this level";

    private static readonly Argument<string> Program = new("file") { Description = "Any Python program" };
    private static readonly Option<string> Level = new("--level")
    {
        Description = "At most this level, for comparison; the strongest there is by default",
    };
    private static readonly Option<int?> Timeout = NumberOption.Create(
        "--timeout",
        "Seconds; 300 by default",
        "a number of seconds",
        60
    );
    private static readonly Option<int?> Memory = NumberOption.Create(
        "--memory",
        "MB; 256 by default",
        "a number of MB",
        512
    );
    private static readonly Option<int?> Cpu = NumberOption.Create(
        "--cpu",
        "Percent of one core; 50 by default",
        "a percentage",
        100
    );
    private static readonly Option<int?> Processes = NumberOption.Create(
        "--processes",
        "Processes and threads at one time; 64 by default",
        "a number",
        16
    );

    // What the API calls a field, a person here typed as an option.
    private static readonly Dictionary<string, string> Typed = new()
    {
        ["code"] = "The program",
        ["level"] = Level.Name,
        ["timeout"] = Timeout.Name,
        ["memory_mb"] = Memory.Name,
        ["cpu_percent"] = Cpu.Name,
        ["processes"] = Processes.Name,
    };

    /// <summary>The verb, with its own.</summary>
    public static Command Create()
    {
        Level.AcceptOnlyFromAmong("vm", "full", "no-cgroup", "degraded");
        return new Command("sandbox", "Say what contains agents on this machine, and try it")
        {
            new Command("run", "Run any program as an agent's run is contained, and say what it used")
            {
                Program,
                Level,
                Timeout,
                Memory,
                Cpu,
                Processes,
            }.Does(RunAsync),
        }.Does(ShowAsync);
    }

    private static async Task<int> ShowAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var api = await run.ConnectAsync(cancellationToken);
        var sandbox = (await api.SystemAsync(cancellationToken)).Sandbox;
        var runs = sandbox.Level != "none";
        var code = runs ? ExitCode.Ok : ExitCode.Server;
        if (run.Screen.Json)
        {
            run.Screen.Result(sandbox, ContractsJson.Default.SandboxResponse);
            return code;
        }

        run.Screen.Part("level", sandbox.Level, good: runs);
        foreach (var fact in sandbox.Facts)
        {
            Facts.Show(run.Screen, fact);
        }
        run.Screen.Note(
            runs ? "See it at work: p38 sandbox run FILE.py" : "Nothing runs here. See what the lines with 'no' advise."
        );
        return code;
    }

    private static async Task<int> RunAsync(VerbRun run, CancellationToken cancellationToken)
    {
        var request = new SandboxRunRequest
        {
            Code = await LocalFile.ReadTextAsync(run.Get(Program), SandboxRunRequest.MaxCode, cancellationToken),
            Level = run.Get(Level),
            Timeout = run.Get(Timeout),
            MemoryMb = run.Get(Memory),
            CpuPercent = run.Get(Cpu),
            Processes = run.Get(Processes),
        };
        var api = await run.ConnectAsync(cancellationToken);
        var ended = await RunAsync(api, request, cancellationToken);
        var good = ended.ExitCode == 0;
        if (run.Screen.Json)
        {
            run.Screen.Result(ended, ContractsJson.Default.SandboxRunResponse);
        }
        else
        {
            Show(run.Screen, ended, good);
        }
        return good ? ExitCode.Ok : ExitCode.FailedRun;
    }

    private static async Task<SandboxRunResponse> RunAsync(
        P38Client api,
        SandboxRunRequest request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await api.RunInSandboxAsync(request, cancellationToken);
        }
        catch (ApiException exception) when (exception.Errors.Count > 0)
        {
            throw exception.Calling(Typed);
        }
    }

    private static void Show(Screen screen, SandboxRunResponse ended, bool good)
    {
        if (ended.Printed.Length > 0)
        {
            screen.Print(ended.Printed.EndsWith('\n') ? ended.Printed : ended.Printed + "\n");
            screen.Line();
        }

        screen.Part("ran", $"{ended.Reason} Sandbox level {ended.Level}.", ended.WallSeconds, good);
        screen.Part("cpu", ended.CpuSeconds is { } seconds ? Times.Took(seconds) : Uncounted);
        screen.Part("memory", ended.PeakMemoryBytes is { } bytes ? $"{Times.Size(bytes)} at most" : Uncounted);
        screen.Part("files", ended.FileBytes is { } files ? $"{Times.Size(files)} at the end" : Uncounted);
        var shown = Encoding.UTF8.GetByteCount(ended.Printed);
        screen.Part(
            "printed",
            Times.Size(ended.PrintedBytes)
                + (shown < ended.PrintedBytes ? $", of which the first {Times.Size(shown)} are shown" : "")
        );
    }
}
