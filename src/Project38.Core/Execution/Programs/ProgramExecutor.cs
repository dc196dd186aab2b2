using System.Text;
using Project38.Sandbox;

namespace Project38.Core.Execution.Programs;

/// <summary>Runs programs that are no agents, for people who want to see for themselves what the sandbox does.</summary>
public sealed class ProgramExecutor(SandboxLevels levels) : IDisposable
{
    /// <summary>How many bytes of what a program printed are given.</summary>
    public const int MaxPrinted = 1024 * 1024;

    /// <summary>How many programs run at one time: they stand in no queue, and must not take the machine from the agents.</summary>
    public const int MostAtOnce = 4;

    private readonly SemaphoreSlim _places = new(MostAtOnce);

    /// <summary>Runs one to its end.</summary>
    /// <param name="spec">What to run.</param>
    /// <param name="cancellationToken">Kills it: the result says <see cref="SandboxExit.Killed"/>.</param>
    /// <returns>Null, and nothing was started: <see cref="MostAtOnce"/> run already.</returns>
    /// <exception cref="StrongerLevelException">The machine does not have that level; nothing was started.</exception>
    /// <exception cref="SandboxUnavailableException">Nothing here can contain it; nothing was started.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before it was there.</exception>
    public async Task<ProgramResult?> RunAsync(ProgramSpec spec, CancellationToken cancellationToken)
    {
        if (!await _places.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return null;
        }

        try
        {
            var sandbox = await levels.OfAsync(spec.Level, cancellationToken);
            await using var process = await sandbox.StartAsync(SandboxSpec(spec), cancellationToken);
            await using var kill = cancellationToken.Register(process.Kill);
            process.Input.Close();

            // Empty, see below; but who does not read a pipe never sees its end.
            await process.Output.CopyToAsync(Stream.Null, CancellationToken.None);
            var exit = await process.Completion;
            return new ProgramResult(exit, Encoding.UTF8.GetString(process.ReadLog(0, MaxPrinted)));
        }
        finally
        {
            _places.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    // Standard output is made the log, as the runner does it for an agent, so that both come in the order of time and under
    // the same limit. The shell does that and is gone: it becomes the interpreter.
    private static SandboxSpec SandboxSpec(ProgramSpec spec) =>
        new()
        {
            Program = "/bin/sh",
            Arguments = ["-c", "exec \"$@\" >&2", "sh", ForkImage.Program, .. ForkImage.Flags, "/app/main.py"],
            Files = [new SandboxFile("/app/main.py", Encoding.UTF8.GetBytes(spec.Code))],
            Limits = spec.Limits,
        };
}
