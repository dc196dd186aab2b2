using System.Text;
using Microsoft.Extensions.Options;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;

namespace Project38.Core.Execution;

/// <summary>Starts the runner in the sandbox and serves its tool session: what runs, trials and checks share.</summary>
public sealed class AgentProcess(ISandbox sandbox, ToolSessionFactory sessions, IOptions<RuntimeOptions> runtime)
{
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
        using var over = new CancellationTokenSource();
        var serving = session.RunAsync(
            process.Output,
            process.Input,
            (message, _) =>
            {
                messages.Add(message);
                return ValueTask.CompletedTask;
            },
            over.Token
        );

        // Whoever breaks the protocol has no more to say; whoever ended says what is still in the pipe.
        if (await Task.WhenAny(serving, process.Completion) == serving)
        {
            if (await serving is ToolSessionEnd.Broken)
            {
                process.Kill();
            }
        }

        var exit = await process.Completion;
        var end = await serving;
        return new AgentProcessResult(exit, process.Log, end, session.Steps, messages);
    }

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
            Program = "/usr/bin/python3",
            Arguments = ["-I", "-S", "-B", "-u", "/p38/p38/_runner.py", ModeName(spec.Mode)],
            Mounts = [new SandboxMount(runtime.Value.PythonFolder, "/p38"), .. spec.Mounts],
            Files = files,
            Limits = spec.Limits,
        };
    }

    private static string ModeName(AgentProcessMode mode) =>
        mode switch
        {
            AgentProcessMode.Run => "run",
            AgentProcessMode.Trial => "trial",
            AgentProcessMode.Smoke => "smoke",
            _ => "check",
        };
}
