using System.IO.Pipes;
using Project38.Sandbox.Native;
using Project38.Sandbox.Running;

namespace Project38.Sandbox.Bubblewrap;

/// <summary>A run that bubblewrap was started for.</summary>
/// <param name="parts">What was made for it.</param>
/// <param name="pid">The process that the platform started.</param>
/// <param name="time">The clock.</param>
internal sealed class BubblewrapBody(RunParts parts, int pid, TimeProvider time) : IRunBody
{
    /// <summary>How long bubblewrap gets to notice that the program was killed, before it is killed itself.</summary>
    private static readonly TimeSpan NoticeLimit = TimeSpan.FromSeconds(2);

    private readonly OuterProcess _outer = new(pid);
    private readonly BubblewrapStatus _status = new(
        new AnonymousPipeClientStream(PipeDirection.In, parts.Status.Reader)
    );
    private readonly RunGate _gate = new(parts.Ready.Reader, parts.Gate.Writer);
    private Task _opening = Task.CompletedTask;
    private int? _signal;

    public SandboxStart Start => SandboxStart.Fresh;

    public RunSpace? Space { get; private set; }

    /// <summary>The number of the first process inside. Null when bubblewrap ended before there was one.</summary>
    public Task<int?> FirstProcessId => _status.FirstProcessId;

    public async Task GoneAsync()
    {
        _opening = _gate.OpenAsync(BindAsync);

        // bubblewrap holds this pipe open for as long as it lives.
        await _status.ReadToEndAsync();
        SignalFirstProcess();
        _signal = (_outer.Reap() as ProgramEnd.Signalled)?.Signal;
    }

    public async Task<ProgramEnd> EndAsync()
    {
        await _opening;
        return _status.ExitCode switch
        {
            _ when !_gate.WasOpened && _signal is null => new ProgramEnd.NotStarted(null),
            // As a shell does it, bubblewrap reports signal n as 128 + n. A program that exits with such a code by
            // itself looks the same.
            > 128 and < 128 + 65 and var code => new ProgramEnd.Signalled(code - 128),
            { } code => new ProgramEnd.Exited(code),
            null => new ProgramEnd.Signalled(_signal ?? LibC.SigKill),
        };
    }

    public async Task KillAsync(bool hasCgroup, Task completion)
    {
        if (!hasCgroup)
        {
            // Without a cgroup, the first process inside is the handle on all of them: the kernel ends its namespace with
            // it. bubblewrap lives on to tell of it. Before that process is known there is nothing to kill safely: a
            // bubblewrap killed in the middle of cloning would leave a child that nobody knows.
            var patience = Task.Delay(NoticeLimit, time, CancellationToken.None);
            if (await Task.WhenAny(_status.FirstProcess, patience) != patience)
            {
                SignalFirstProcess();
                await Task.WhenAny(completion, patience);
            }
        }

        // With one as well, since it may not have joined yet.
        _outer.Kill();
    }

    public void Dispose()
    {
        _status.Dispose();
        Space?.Dispose();
    }

    private async Task<bool> BindAsync()
    {
        if (await _status.FirstProcess is null || await _status.FirstProcessId is not { } id)
        {
            return false;
        }

        Space = RunSpace.Open(id);
        return true;
    }

    private void SignalFirstProcess()
    {
        if (_status.FirstProcess is { IsCompletedSuccessfully: true, Result: { } handle })
        {
            ProcessHandle.Kill(handle);
        }
    }
}
