using System.Buffers;
using System.IO.Pipes;
using Project38.Sandbox.Cgroups;

namespace Project38.Sandbox.Running;

/// <summary>One run: watches its limits, tells its ending, and leaves nothing behind.</summary>
internal sealed class ContainedProcess : SandboxProcess
{
    private static readonly TimeSpan MemoryWatchPeriod = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SpaceWatchPeriod = TimeSpan.FromMilliseconds(500);

    private readonly RunLoan _loan;
    private readonly IRunBody _body;
    private readonly SandboxLimits _limits;
    private readonly TimeProvider _time;
    private readonly BoundedLog _log;
    private readonly CountingStream _output;
    private readonly Stream _errors;
    private readonly long _started;
    private int _cause;
    private int _looking;
    private Task _returned = Task.CompletedTask;

    /// <param name="loan">What the system lent it.</param>
    /// <param name="streams">Its streams, whose other ends the program has.</param>
    /// <param name="body">Its processes.</param>
    /// <param name="limits">What it may use.</param>
    /// <param name="time">The clock that its limit of time is measured by.</param>
    public ContainedProcess(RunLoan loan, RunStreams streams, IRunBody body, SandboxLimits limits, TimeProvider time)
    {
        _loan = loan;
        _body = body;
        _limits = limits;
        _time = time;
        _started = time.GetTimestamp();
        _log = new BoundedLog(limits.LogBytes);
        _errors = new AnonymousPipeClientStream(PipeDirection.In, streams.Errors.Reader);
        Input = new AnonymousPipeClientStream(PipeDirection.Out, streams.Input.Writer);
        _output = new CountingStream(
            new AnonymousPipeClientStream(PipeDirection.In, streams.Output.Reader),
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
        SpaceExceeded,
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
        await _returned;
        await Input.DisposeAsync();
        await _output.DisposeAsync();
    }

    private async Task<SandboxExit> WatchAsync()
    {
        var log = PumpLogAsync();
        await using (WatchTime())
        await using (WatchMemory())
        await using (WatchSpace())
        {
            await _body.GoneAsync();
        }

        var cause = (Cause)Interlocked.CompareExchange(ref _cause, (int)Cause.EndedByItself, (int)Cause.None);

        CgroupUsage? counted = null;
        if (_loan.Cgroup is { } cgroup)
        {
            await cgroup.EmptyAsync(_time);
            counted = Count(cgroup);
        }

        // Its writers are gone now, so it ends.
        await log;
        var end = await _body.EndAsync();
        var space = _body.Space?.Read();
        _body.Dispose();
        _returned = _loan.ReturnAsync(_time);

        var usage = new SandboxUsage(
            _time.GetElapsedTime(_started),
            counted?.CpuTime,
            counted?.PeakMemoryBytes,
            _log.Count,
            _output.Count,
            space?.Bytes
        );
        List<SandboxResource> exhausted =
        [
            .. space?.IsFull == true ? [SandboxResource.Space] : (SandboxResource[])[],
            .. counted?.RefusedProcesses > 0 ? [SandboxResource.Processes] : (SandboxResource[])[],
        ];
        return Tell(cause, end, counted?.OutOfMemoryKills > 0, usage) with
        {
            Start = _body.Start,
            Refused = end.Refused,
            Exhausted = cause is Cause.None or Cause.TimedOut ? exhausted : [],
        };
    }

    private ITimer WatchTime() =>
        _time.CreateTimer(_ => End(Cause.TimedOut), null, _limits.Timeout, System.Threading.Timeout.InfiniteTimeSpan);

    /// <summary>Looks whether the kernel has killed a process for memory, where it then leaves the others waiting.</summary>
    private ITimer? WatchMemory() =>
        _loan.Cgroup is { EndsTogether: false } cgroup
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

    /// <summary>Looks how much is in its folders, where nothing else holds that.</summary>
    private ITimer? WatchSpace() =>
        _loan.Folder is { } folder
            ? _time.CreateTimer(
                _ =>
                {
                    // One look may take longer than the time to the next.
                    if (Interlocked.Exchange(ref _looking, 1) == 0)
                    {
                        if (folder.IsOver(_limits.ScratchBytes))
                        {
                            End(Cause.SpaceExceeded);
                        }

                        Volatile.Write(ref _looking, 0);
                    }
                },
                null,
                SpaceWatchPeriod,
                SpaceWatchPeriod
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

    private SandboxExit Tell(Cause cause, ProgramEnd end, bool ranOutOfMemory, SandboxUsage usage)
    {
        var level = _loan.Level;
        return (cause, end) switch
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
            (Cause.SpaceExceeded, _) => new SandboxExit.SpaceExceeded(_limits.ScratchBytes)
            {
                Usage = usage,
                Level = level,
            },
            (Cause.Killed, _) => new SandboxExit.Killed { Usage = usage, Level = level },
            (_, ProgramEnd.NotStarted(var reason)) => new SandboxExit.NotStarted(reason ?? Printed())
            {
                Usage = usage,
                Level = level,
            },
            (_, ProgramEnd.Signalled(var signal)) => new SandboxExit.Signalled(signal) { Usage = usage, Level = level },
            (_, ProgramEnd.Exited(var code)) => new SandboxExit.Exited(code) { Usage = usage, Level = level },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private string Printed() =>
        Log.Trim() is { Length: > 0 } log ? log : "The first process of the sandbox ended before the program.";

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
        var kill = _body.KillAsync(_loan.Cgroup is not null, Completion);
        _loan.Cgroup?.Kill();
        await kill;
    }
}
