using System.Text;
using Microsoft.Extensions.Options;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;
using Project38.Sandbox.Staging;

namespace Project38.Core.Execution;

/// <summary>Starts the runner in the sandbox and serves its tool session: what runs, trials and checks share.</summary>
public sealed class AgentProcess(
    ISandbox sandbox,
    StagingArea staging,
    ToolSessionFactory sessions,
    IOptions<RuntimeOptions> runtime,
    TimeProvider time
)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>The interpreter, inside as outside.</summary>
    internal const string Python = "/usr/bin/python3";

    /// <summary>Isolated, without site-packages, writing no bytecode, holding nothing back that is printed.</summary>
    internal static readonly string[] PythonArguments = ["-I", "-S", "-B", "-u"];

    private static readonly string[] RunnerArguments = [.. PythonArguments, "/p38/p38/_runner.py"];

    private string? _library;

    /// <summary>Runs one process to its end. Throws for nothing that the program does.</summary>
    /// <param name="spec">What to run.</param>
    /// <param name="cancellationToken">Kills the process: the result says <see cref="SandboxExit.Killed"/>.</param>
    /// <exception cref="SandboxUnavailableException">Nothing here can contain it; nothing was started.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the process was there.</exception>
    public async Task<AgentProcessResult> RunAsync(AgentProcessSpec spec, CancellationToken cancellationToken)
    {
        var session = sessions.Create(spec.Tools);
        var messages = new List<ReservedMessage>();

        await using var process = await sandbox.StartAsync(SandboxSpec(spec), cancellationToken);
        await using var kill = cancellationToken.Register(process.Kill);
        using var grace = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var overdue = grace.Token.Register(process.Kill);

        using var ended = new CancellationTokenSource();
        var watched =
            spec.Watch?.Invoke(new RunView(process.ReadLog, () => session.Steps), ended.Token) ?? Task.CompletedTask;

        ToolSessionEnd end;
        try
        {
            // Not cancelled: what was said before a kill is still in the pipe, and counts. The pipe ends with the process.
            end = await session.RunAsync(
                process.Output,
                process.Input,
                (message, _) =>
                {
                    messages.Add(message);
                    if (ReservedMethods.IsLast(message.Method))
                    {
                        // A thread or a child that stays behind must not turn an end into a timeout.
                        grace.CancelAfter(Grace);
                    }

                    return ValueTask.CompletedTask;
                },
                CancellationToken.None
            );
        }
        finally
        {
            await ended.CancelAsync();
            await watched;
        }
        if (end is ToolSessionEnd.Broken)
        {
            process.Kill();
        }

        return new AgentProcessResult(await process.Completion, process.Log, end, session.Steps, messages);
    }

    /// <summary>Starts the runner that reads one program after another, and never executes any.</summary>
    /// <remarks>It speaks a line of JSON for a line of JSON (<c>runtime/python/p38/_checks.py</c>), and no tool session.</remarks>
    /// <exception cref="SandboxUnavailableException">Nothing here can contain it; nothing was started.</exception>
    public Task<SandboxProcess> StartCheckerAsync(SandboxLimits limits, CancellationToken cancellationToken) =>
        sandbox.StartAsync(
            new SandboxSpec
            {
                Program = Python,
                Arguments = [.. RunnerArguments, "checks"],
                Mounts = [new SandboxMount(Library(), "/p38")],
                Limits = limits,
            },
            cancellationToken
        );

    private SandboxSpec SandboxSpec(AgentProcessSpec spec)
    {
        var files = new List<SandboxFile>
        {
            new("/app/agent.py", Encoding.UTF8.GetBytes(spec.Code)),
            new("/app/run.json", RunFile.Write(spec)),
        };
        if (spec.Tests is { } tests)
        {
            files.Add(new SandboxFile("/app/test_agent.py", Encoding.UTF8.GetBytes(tests)));
        }

        return new SandboxSpec
        {
            Program = Python,
            Arguments = [.. RunnerArguments, ModeName(spec.Mode)],
            Mounts = [new SandboxMount(Library(), "/p38"), .. spec.Mounts],
            Files = files,
            Limits = spec.Limits,
        };
    }

    // Staged once: to read the library for every run would cost more than the bare start of one.
    private string Library()
    {
        if (_library is not { } staged || !Directory.Exists(staged))
        {
            _library = staged = staging.StageFolder(runtime.Value.PythonFolder);
        }

        return staged;
    }

    private static string ModeName(AgentProcessMode mode) =>
        mode switch
        {
            AgentProcessMode.Run => "run",
            AgentProcessMode.Trial => "trial",
            AgentProcessMode.Mutate => "mutate",
            AgentProcessMode.Smoke => "smoke",
            _ => throw new ArgumentOutOfRangeException(nameof(mode)),
        };
}
