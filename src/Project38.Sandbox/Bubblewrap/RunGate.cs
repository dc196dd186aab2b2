using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;
using Project38.Sandbox.Running;

namespace Project38.Sandbox.Bubblewrap;

/// <summary>The platform's side of the gate: lets a run go on once all of it is bound to the platform.</summary>
/// <param name="status">What the run says: that its sandbox is built and its program is there.</param>
/// <param name="go">Where it waits. When this end closes, or the platform dies, the run is over, begun or not.</param>
internal sealed class RunGate(ProgramStatus status, SafePipeHandle go) : IDisposable
{
    private readonly AnonymousPipeClientStream _gate = new(PipeDirection.Out, go);

    /// <summary>Waits for the run, and lets it go on; returns as well when it ends before.</summary>
    /// <param name="bind">Asked once the sandbox is built: whether the platform holds all of the run, since nothing may run without.</param>
    /// <returns>Whether the program was let go; otherwise nothing of it ever ran.</returns>
    public async Task<bool> OpenAsync(Func<Task<bool>> bind)
    {
        if (!await status.Waiting || !await bind())
        {
            await _gate.DisposeAsync();
            return false;
        }

        try
        {
            status.Begin();
            _gate.WriteByte((byte)'\n');
        }
        catch (IOException)
        {
            // It was killed while it waited here: nobody is left to go on.
        }

        return true;
    }

    /// <summary>Ends the run, if it has not ended.</summary>
    public void Dispose() => _gate.Dispose();
}
