using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;

namespace Project38.Sandbox.Bubblewrap;

/// <summary>The platform's side of the gate: lets a run go on once all of it is bound to the platform.</summary>
/// <param name="ready">Where the run says that its sandbox is built and its program is there.</param>
/// <param name="go">Where it waits. When the platform dies, this end closes and the run is over before it began.</param>
internal sealed class RunGate(SafePipeHandle ready, SafePipeHandle go)
{
    /// <summary>Whether the program was let go; otherwise nothing of it ever ran.</summary>
    public bool WasOpened { get; private set; }

    /// <summary>Waits for the run, and lets it go on; returns as well when it ends before.</summary>
    /// <param name="bind">Asked once the sandbox is built: whether the platform holds all of the run, since nothing may run without.</param>
    public async Task OpenAsync(Func<Task<bool>> bind)
    {
        await using var said = new AnonymousPipeClientStream(PipeDirection.In, ready);
        await using var gate = new AnonymousPipeClientStream(PipeDirection.Out, go);
        if (await said.ReadAsync(new byte[1], CancellationToken.None) == 0 || !await bind())
        {
            return;
        }

        try
        {
            WasOpened = true;
            gate.WriteByte((byte)'\n');
        }
        catch (IOException)
        {
            // It was killed while it waited here: nobody is left to go on.
        }
    }
}
