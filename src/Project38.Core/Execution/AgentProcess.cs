using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Project38.Core.Execution.Pythons;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;
using Project38.Sandbox.Staging;

namespace Project38.Core.Execution;

/// <summary>Starts the runner in the sandbox and serves its tool session: what runs, trials and checks share.</summary>
public sealed partial class AgentProcess(
    ISandbox sandbox,
    StagingArea staging,
    ToolSessionFactory sessions,
    IOptions<RuntimeOptions> runtime,
    TimeProvider time,
    ILogger<AgentProcess> logger
)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private static readonly string[] RunnerArguments = [.. ForkImage.Flags, $"{RunImages.Library}/p38/_runner.py"];

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

    /// <summary>Gets ready what processes like this one are forked from, so that the first is as quick as the others.</summary>
    /// <remarks>Where it cannot be got ready, the log says so, and each is started anew.</remarks>
    public async Task WarmAsync(AgentProcessSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            await sandbox.WarmAsync(Runner(spec), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogCold(exception);
        }
    }

    /// <summary>Starts the runner that reads one program after another, and never executes any.</summary>
    /// <remarks>It speaks a line of JSON for a line of JSON (<c>runtime/python/p38/_checks.py</c>), and no tool session.</remarks>
    /// <exception cref="SandboxUnavailableException">Nothing here can contain it; nothing was started.</exception>
    public Task<SandboxProcess> StartCheckerAsync(SandboxLimits limits, CancellationToken cancellationToken) =>
        sandbox.StartAsync(
            new SandboxSpec
            {
                Program = ForkImage.Program,
                Arguments = [.. RunnerArguments, "checks"],
                Mounts = [new SandboxMount(Library(), RunImages.Library)],
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

        return Runner(spec) with
        {
            Files = files,
        };
    }

    private SandboxSpec Runner(AgentProcessSpec spec) =>
        new()
        {
            Program = ForkImage.Program,
            // Where it would look anyway; but as arguments, the sandbox says where they are.
            Arguments =
            [
                .. RunnerArguments,
                ModeName(spec.Mode),
                "/app",
                RunImages.TrialFolder,
                PythonImages.InnerPath,
            ],
            Mounts = [new SandboxMount(Library(), RunImages.Library), .. spec.Mounts],
            Limits = spec.Limits,
            Fork = RunImages.For(spec.Mode, spec.Code),
        };

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

    [LoggerMessage(LogLevel.Warning, "Runs are not forked yet: what they need could not be got ready.")]
    private partial void LogCold(Exception exception);
}
