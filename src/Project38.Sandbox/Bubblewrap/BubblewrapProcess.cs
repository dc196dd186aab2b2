using System.Buffers;
using System.IO.Pipes;
using Project38.Sandbox.Cgroups;
using Project38.Sandbox.Native;

namespace Project38.Sandbox.Bubblewrap;

/// <summary>One run: watches its limits, tells its ending, and leaves nothing behind.</summary>
internal sealed class BubblewrapProcess : SandboxProcess
{
    /// <summary>How long bubblewrap gets to notice that the program was killed, before it is killed itself.</summary>
    private static readonly TimeSpan NoticeLimit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan MemoryWatchPeriod = TimeSpan.FromMilliseconds(200);

    private readonly RunParts _parts;
    private readonly SandboxLimits _limits;
    private readonly TimeProvider _time;
    private readonly OuterProcess _outer;
    private readonly BubblewrapStatus _status;
    private readonly RunGate _gate;
    private readonly BoundedLog _log;
    private readonly CountingStream _output;
    private readonly Stream _errors;
    private readonly long _started;
    private int _cause;

    public BubblewrapProcess(RunParts parts, SandboxLimits limits, int pid, TimeProvider time)
    {
        _parts = parts;
        _limits = limits;
        _time = time;
        _started = time.GetTimestamp();
        _outer = new OuterProcess(pid);
        _log = new BoundedLog(limits.LogBytes);
        _status = new BubblewrapStatus(new AnonymousPipeClientStream(PipeDirection.In, parts.Status.Reader));
        _gate = new RunGate(parts.Ready.Reader, parts.Gate.Writer);
        _errors = new AnonymousPipeClientStream(PipeDirection.In, parts.Errors.Reader);
        Input = new AnonymousPipeClientStream(PipeDirection.Out, parts.Input.Writer);
        _output = new CountingStream(
            new AnonymousPipeClientStream(PipeDirection.In, parts.Output.Reader),
            limits.OutputBytes,
            () => End(Cause.OutputExceeded)
        );
        Completion = WatchAsync();
    }

    /// <summary>Why the platform ended the run. The first cause counts.</summary>
    private enum Cause
    {
        None,
        TimedOut,
        OutOfMemory,
        LogExceeded,
        OutputExceeded,
        Killed,
        EndedByItself,
    }

    public override Stream Input { get; }

    public override Stream Output => _output;

    public override string Log => _log.ToString();

    public override byte[] ReadLog(long from, int most) => _log.Read(from, most);

    public override Task<SandboxExit> Completion { get; }

    public override void Kill() => End(Cause.Killed);

    public override async ValueTask DisposeAsync()
    {
        Kill();
        await Completion;
        await Input.DisposeAsync();
        await _output.DisposeAsync();
    }

    private async Task<SandboxExit> WatchAsync()
    {
        var log = PumpLogAsync();
        var gate = _gate.OpenAsync(_status.FirstProcess);
        await using (WatchTime())
        await using (WatchMemory())
        {
            // Nothing polls and no thread waits: bubblewrap holds this pipe open for as long as it lives.
            await _status.ReadToEndAsync();
        }

        SignalFirstProcess();
        _status.Dispose();
        var signal = _outer.Reap();
        var cause = (Cause)Interlocked.CompareExchange(ref _cause, (int)Cause.EndedByItself, (int)Cause.None);

        CgroupUsage? counted = null;
        if (_parts.Cgroup is { } cgroup)
        {
            await cgroup.EmptyAsync(_time);
            counted = Count(cgroup);
        }

        // Its writers are gone now, so it ends.
        await Task.WhenAll(log, gate);
        await _parts.ReleaseAsync(_time);

        var usage = new SandboxUsage(
            _time.GetElapsedTime(_started),
            counted?.CpuTime,
            counted?.PeakMemoryBytes,
            _log.Count,
            _output.Count
        );
        return Tell(cause, signal, counted?.OutOfMemoryKills > 0, usage);
    }

    private ITimer WatchTime() =>
        _time.CreateTimer(_ => End(Cause.TimedOut), null, _limits.Timeout, System.Threading.Timeout.InfiniteTimeSpan);

    /// <summary>Looks whether the kernel has killed a process for memory, where it then leaves the others waiting.</summary>
    private ITimer? WatchMemory() =>
        _parts.Cgroup is { EndsTogether: false } cgroup
            ? _time.CreateTimer(
                _ =>
                {
                    if (Volatile.Read(ref _cause) == (int)Cause.None && Count(cgroup)?.OutOfMemoryKills > 0)
                    {
                        End(Cause.OutOfMemory);
                    }
                },
                null,
                MemoryWatchPeriod,
                MemoryWatchPeriod
            )
            : null;

    private static CgroupUsage? Count(RunCgroup cgroup)
    {
        try
        {
            return cgroup.ReadUsage();
        }
        catch (IOException)
        {
            // Somebody else has removed it: what the kernel says of the process itself is left.
            return null;
        }
    }

    private SandboxExit Tell(Cause cause, int? signal, bool ranOutOfMemory, SandboxUsage usage)
    {
        var level = _parts.Level;
        return (cause, _status.ExitCode) switch
        {
            (Cause.None or Cause.TimedOut or Cause.OutOfMemory, _) when ranOutOfMemory => new SandboxExit.OutOfMemory(
                _limits.MemoryBytes
            )
            {
                Usage = usage,
                Level = level,
            },
            (Cause.TimedOut, _) => new SandboxExit.TimedOut(_limits.Timeout) { Usage = usage, Level = level },
            (Cause.LogExceeded, _) => new SandboxExit.OutputExceeded(_limits.LogBytes) { Usage = usage, Level = level },
            (Cause.OutputExceeded, _) => new SandboxExit.OutputExceeded(_limits.OutputBytes)
            {
                Usage = usage,
                Level = level,
            },
            (Cause.Killed, _) => new SandboxExit.Killed { Usage = usage, Level = level },
            _ when !_gate.WasOpened && signal is null => new SandboxExit.NotStarted(Log.Trim())
            {
                Usage = usage,
                Level = level,
            },
            // As a shell does it, bubblewrap reports signal n as 128 + n. A program that exits with such a code by
            // itself looks the same.
            (_, > 128 and < 128 + 65 and var code) => new SandboxExit.Signalled(code - 128)
            {
                Usage = usage,
                Level = level,
            },
            (_, { } code) => new SandboxExit.Exited(code) { Usage = usage, Level = level },
            _ => new SandboxExit.Signalled(signal ?? LibC.SigKill) { Usage = usage, Level = level },
        };
    }

    private async Task PumpLogAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            await using (_errors)
            {
                while (await _errors.ReadAsync(buffer, CancellationToken.None) is > 0 and var count)
                {
                    _log.Append(buffer.AsSpan(0, count));
                    if (_log.IsExceeded)
                    {
                        End(Cause.LogExceeded);
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void End(Cause cause)
    {
        if (Interlocked.CompareExchange(ref _cause, (int)cause, (int)Cause.None) == (int)Cause.None)
        {
            _ = KillAllAsync();
        }
    }

    private async Task KillAllAsync()
    {
        if (_parts.Cgroup is { } cgroup)
        {
            // The outer process by name, since it may not have joined yet.
            _outer.Kill();
            cgroup.Kill();
            return;
        }

        // Without a cgroup, the first process inside is the handle on all of them: the kernel ends its namespace with it.
        // bubblewrap lives on to count what they used. Before that process is known there is nothing to kill safely: a
        // bubblewrap killed in the middle of cloning would leave a child that nobody knows.
        var patience = Task.Delay(NoticeLimit, _time, CancellationToken.None);
        if (await Task.WhenAny(_status.FirstProcess, patience) != patience)
        {
            SignalFirstProcess();
            await Task.WhenAny(Completion, patience);
        }

        _outer.Kill();
    }

    private void SignalFirstProcess()
    {
        if (_status.FirstProcess is { IsCompletedSuccessfully: true, Result: { IsClosed: false } handle })
        {
            var held = false;
            try
            {
                handle.DangerousAddRef(ref held);
                _ = LibC.SignalProcess((int)handle.DangerousGetHandle(), LibC.SigKill);
            }
            catch (ObjectDisposedException)
            {
                // The run ended in this very moment, which is what was wanted.
            }
            finally
            {
                if (held)
                {
                    handle.DangerousRelease();
                }
            }
        }
    }
}
