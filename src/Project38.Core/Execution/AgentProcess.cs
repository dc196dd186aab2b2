using System.Text;
using Microsoft.Extensions.Logging;
using Project38.Core.Execution.Pythons;
using Project38.Core.Tools.Records;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;

namespace Project38.Core.Execution;

/// <summary>Starts the runner in the sandbox and serves its tool session: what runs, trials and checks share.</summary>
public sealed partial class AgentProcess(
    ISandbox sandbox,
    AgentLibrary library,
    ToolSessionFactory sessions,
    TimeProvider time,
    ILogger<AgentProcess> logger
)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private static readonly string[] RunnerArguments = [.. ForkImage.Flags, RunImages.Runner];

    /// <summary>Runs one process to its end. Throws for nothing that the program does.</summary>
    /// <param name="spec">What to run.</param>
    /// <param name="cancellationToken">Kills the process: the result says <see cref="SandboxExit.Killed"/>.</param>
    /// <exception cref="SandboxUnavailableException">Nothing here can contain it; nothing was started.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the process was there.</exception>
    public async Task<AgentProcessResult> RunAsync(AgentProcessSpec spec, CancellationToken cancellationToken)
    {
        var session = sessions.Create(spec.Tools);
        var messages = new List<ReservedMessage>();

        await using var process = await sandbox.StartAsync(
            await SandboxSpecAsync(spec, cancellationToken),
            cancellationToken
        );
        await using var kill = cancellationToken.Register(process.Kill);
        using var grace = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var overdue = grace.Token.Register(process.Kill);

        using var ended = new CancellationTokenSource();
        var watched =
            spec.Watch?.Invoke(new RunView(process.ReadLog, () => session.Steps), ended.Token) ?? Task.CompletedTask;
        var over = session.Record is { } record ? KillWhenOverAsync(record, process, ended.Token) : Task.CompletedTask;

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
            await over;
        }
        if (end is ToolSessionEnd.Broken)
        {
            process.Kill();
        }

        return new AgentProcessResult(await process.Completion, process.Log, end, session.Steps, messages)
        {
            Record = session.Record,
        };
    }

    // A run that is over at a call is given no answer, and no time to clean up and call.
    private static async Task KillWhenOverAsync(RecordedCalls record, SandboxProcess process, CancellationToken ended)
    {
        await record.Over.WaitAsync(ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (record.End is not null)
        {
            process.Kill();
        }
    }

    /// <summary>Gets ready what processes like this one are forked from, so that the first is as quick as the others.</summary>
    /// <remarks>Where it cannot be got ready, the log says so, and each is started anew.</remarks>
    public async Task WarmAsync(AgentProcessSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            await sandbox.WarmAsync(await RunnerAsync(spec, cancellationToken), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogCold(exception);
        }
    }

    /// <summary>Starts the runner that reads one program after another, and never executes any.</summary>
    /// <remarks>It speaks a line of JSON for a line of JSON (<c>runtime/python/p38/_checks.py</c>), and no tool session.</remarks>
    /// <exception cref="SandboxUnavailableException">Nothing here can contain it; nothing was started.</exception>
    public async Task<SandboxProcess> StartCheckerAsync(SandboxLimits limits, CancellationToken cancellationToken) =>
        await sandbox.StartAsync(
            new SandboxSpec
            {
                Program = ForkImage.Program,
                Arguments = [.. RunnerArguments, "checks"],
                Mounts = [await LibraryAsync(cancellationToken)],
                Limits = limits,
            },
            cancellationToken
        );

    private async Task<SandboxSpec> SandboxSpecAsync(AgentProcessSpec spec, CancellationToken cancellationToken)
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

        return await RunnerAsync(spec, cancellationToken) with
        {
            Files = files,
        };
    }

    private async Task<SandboxSpec> RunnerAsync(AgentProcessSpec spec, CancellationToken cancellationToken) =>
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
            Mounts = [await LibraryAsync(cancellationToken), .. spec.Mounts],
            Limits = spec.Limits,
            Fork = RunImages.For(spec.Mode, spec.Code),
        };

    private async Task<SandboxMount> LibraryAsync(CancellationToken cancellationToken) =>
        new(await library.FolderAsync(cancellationToken), RunImages.Library);

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
