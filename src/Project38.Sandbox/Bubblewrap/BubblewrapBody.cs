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
    private readonly ProgramStatus _program = new(
        new AnonymousPipeClientStream(PipeDirection.In, parts.Program.Reader)
    );
    private RunGate? _gate;
    private Task<bool> _opening = Task.FromResult(false);
    private int? _signal;

    public SandboxStart Start => SandboxStart.Fresh;

    public RunSpace? Space { get; private set; }

    /// <summary>The number of the first process inside. Null when bubblewrap ended before there was one.</summary>
    public Task<int?> FirstProcessId => _status.FirstProcessId;

    public async Task GoneAsync()
    {
        _gate = new RunGate(_program, parts.Gate.Writer);
        _opening = _gate.OpenAsync(BindAsync);
        var told = _program.ReadToEndAsync();

        // bubblewrap holds this pipe open for as long as it lives.
        await _status.ReadToEndAsync();
        SignalFirstProcess();
        if (await _status.FirstProcess is null)
        {
            EndUnknownChild();
        }

        await told;
        _signal = (_outer.Reap() as ProgramEnd.Signalled)?.Signal;
    }

    public async Task<ProgramEnd> EndAsync() =>
        await _opening ? _program.End
        : _signal is { } signal ? new ProgramEnd.Signalled(signal)
        : _program.End;

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
        _program.Dispose();
        _gate?.Dispose();
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

    /// <summary>
    /// Ends a child that bubblewrap made and died before it said so: it waits for a word of its parent for good. It is known by the
    /// other end of a pipe of this run.
    /// </summary>
    private void EndUnknownChild()
    {
        const int Descriptor = BubblewrapCommand.ProgramDescriptor;
        var pipe = new FileInfo($"/proc/self/fd/{parts.Program.Reader.DangerousGetHandle()}").LinkTarget;
        _ = ProcessHandle.KillAll(pid =>
        {
            try
            {
                // Both ends have that name, and the platform has this one.
                return new FileInfo($"/proc/{pid}/fd/{Descriptor}").LinkTarget == pipe
                    && File.ReadLines($"/proc/{pid}/fdinfo/{Descriptor}").Any(IsForWriting);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return false; // gone, or another user's
            }
        });
    }

    // O_WRONLY is the lowest of the flags, which are octal.
    private static bool IsForWriting(string line) =>
        line.StartsWith("flags:", StringComparison.Ordinal) && line.EndsWith('1');

    private void SignalFirstProcess()
    {
        if (_status.FirstProcess is { IsCompletedSuccessfully: true, Result: { } handle })
        {
            ProcessHandle.Kill(handle);
        }
    }
}
