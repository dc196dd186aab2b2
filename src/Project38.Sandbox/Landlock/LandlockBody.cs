using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;
using Project38.Sandbox.Running;

namespace Project38.Sandbox.Landlock;

/// <summary>A run without namespaces: one program, and the process of ours that watches it.</summary>
/// <param name="pid">The process that watches it.</param>
/// <param name="status">Where that one tells how it went.</param>
/// <param name="life">What it ends the program by, when this end is closed: by the platform, or with it.</param>
internal sealed class LandlockBody(int pid, SafePipeHandle status, SafePipeHandle life) : IRunBody
{
    private readonly OuterProcess _watcher = new(pid);
    private readonly ProgramStatus _status = new(new AnonymousPipeClientStream(PipeDirection.In, status));

    public SandboxStart Start => SandboxStart.Fresh;

    // Its folders lie on the machine's disk, with no room of their own: FolderSize holds them.
    public RunSpace? Space => null;

    public async Task GoneAsync()
    {
        await _status.ReadToEndAsync();
        _ = _watcher.Reap();
    }

    public Task<ProgramEnd> EndAsync() => Task.FromResult(_status.End);

    public Task KillAsync(bool hasCgroup, Task completion)
    {
        life.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        life.Dispose();
        _status.Dispose();
    }
}
