using Project38.Sandbox.Native;

namespace Project38.Sandbox.Running;

/// <summary>The process that the platform started, above the program: bubblewrap, runsc, or what watches a run without namespaces.</summary>
internal sealed class OuterProcess(int pid)
{
    private readonly Lock _lock = new();
    private bool _reaped;

    /// <summary>Kills it. Its number cannot have become another's, since nobody but <see cref="Reap"/> frees it.</summary>
    public void Kill()
    {
        lock (_lock)
        {
            if (!_reaped)
            {
                _ = LibC.Kill(pid, LibC.SigKill);
            }
        }
    }

    /// <summary>Takes its exit from the kernel. Call it when it has ended; waits for the last microseconds of that.</summary>
    /// <returns>How it ended; null when nobody knows any more.</returns>
    public ProgramEnd? Reap()
    {
        lock (_lock)
        {
            int result,
                status;
            do
            {
                result = LibC.Wait(pid, out status, 0);
            } while (result < 0 && System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == LibC.Interrupted);

            // No child: whoever started the platform had it ignore SIGCHLD, and .NET reaps everything then.
            _reaped = true;
            var signal = status & 0x7f;
            return result != pid ? null
                : signal == 0 ? new ProgramEnd.Exited((status >> 8) & 0xff)
                : new ProgramEnd.Signalled(signal);
        }
    }
}
