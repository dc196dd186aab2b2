using System.Runtime.InteropServices;

namespace Project38.Cli.Servers;

/// <summary>Which signal tells this process to stop. It only listens: who acts on the signal is told by a cancellation.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly TaskCompletionSource<string> _name = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IReadOnlyList<PosixSignalRegistration> _heard;

    /// <summary>Listens from now on.</summary>
    public StopSignal() =>
        _heard = [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => _name.TrySetResult(Interrupt)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => _name.TrySetResult("SIGTERM")),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, _ => _name.TrySetResult("SIGQUIT")),
        ];

    /// <summary>The first that came, as a person knows it.</summary>
    public Task<string> Name => _name.Task;

    // Who sits at a terminal pressed it; elsewhere nobody has such a key.
    private static string Interrupt => Console.IsInputRedirected ? "SIGINT" : "Ctrl-C";

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var signal in _heard)
        {
            signal.Dispose();
        }
    }
}
