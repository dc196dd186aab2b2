using System.CommandLine;
using System.Text;
using Project38.Cli.Output;
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
    private static readonly Option<int?> Timeout = new("--timeout") { Description = "Seconds; 300 by default" };
    private static readonly Option<int?> Memory = new("--memory") { Description = "MB; 256 by default" };
    private static readonly Option<int?> Cpu = new("--cpu") { Description = "Percent of one core; 50 by default" };
    private static readonly Option<int?> Processes = new("--processes")
    {
        Description = "Processes and threads at one time; 64 by default",
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
        if (run.Screen.Json)
        {
            run.Screen.Result(sandbox, ContractsJson.Default.SandboxResponse);
            return ExitCode.Ok;
        }

        run.Screen.Part("level", sandbox.Level, good: sandbox.Level != "none");
        foreach (var fact in sandbox.Facts)
        {
            Facts.Show(run.Screen, fact);
        }
        run.Screen.Note("See it at work: p38 sandbox run FILE.py");
        return ExitCode.Ok;
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
        var ended = await api.RunInSandboxAsync(request, cancellationToken);
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
