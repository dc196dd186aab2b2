using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;
using Project38.Sandbox.Running;

namespace Project38.Sandbox.Gvisor;

/// <summary>A run that <c>runsc</c> was started for.</summary>
/// <param name="bundle">What it was started from.</param>
/// <param name="pid">The process that the platform started.</param>
/// <param name="status">Where that one says what it became. The end of the pipe is its end.</param>
internal sealed class RunscBody(Bundle bundle, int pid, SafePipeHandle status) : IRunBody
{
    // runsc/cli/main.go: 128 for what failed, and 128 + n for a program that signal n ended, as a shell does it.
    private const int Failed = 128;
    private const int LastSignal = 64;

    private readonly OuterProcess _outer = new(pid);
    private readonly ProgramStatus _status = new(new AnonymousPipeClientStream(PipeDirection.In, status));
    private ProgramEnd? _exit;

    public SandboxStart Start => SandboxStart.Fresh;

    // Its folders are memory of gVisor's kernel, and gone with that.
    public RunSpace? Space => null;

    public async Task GoneAsync()
    {
        await _status.ReadToEndAsync();
        _exit = _outer.Reap();
    }

    public Task<ProgramEnd> EndAsync() =>
        Task.FromResult(
            (_status.End, _exit) switch
            {
                (ProgramEnd.NotStarted end, _) => end,
                // The program may exit with it too. It cannot write there.
                (_, ProgramEnd.Exited(Failed)) when SaysWhy() => new ProgramEnd.NotStarted(null),
                (_, ProgramEnd.Exited(> Failed and <= Failed + LastSignal and var code)) => new ProgramEnd.Signalled(
                    code - Failed
                ),
                (_, { } end) => end,
                (var end, null) => end,
            }
        );

    // All else that it started dies with it, and the cgroup takes what does not.
    public Task KillAsync(bool hasCgroup, Task completion)
    {
        _outer.Kill();
        return Task.CompletedTask;
    }

    public void Dispose() => _status.Dispose();

    private bool SaysWhy() => new FileInfo(bundle.Errors) is { Exists: true, Length: > 0 };
}
