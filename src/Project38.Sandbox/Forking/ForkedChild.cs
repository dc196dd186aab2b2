using System.IO.Pipes;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Project38.Sandbox.Bubblewrap;
using Project38.Sandbox.Native;
using Project38.Sandbox.Running;

namespace Project38.Sandbox.Forking;

/// <summary>A sandbox that a fork server has built, and that waits for a program, or runs it.</summary>
internal sealed class ForkedChild : IRunBody
{
    private const int MostJobBytes = 64 * 1024;

    private readonly SafeFileHandle _process;
    private readonly MessageSocket _job;
    private readonly ProgramStatus _status;
    private readonly Task _gone;

    /// <param name="process">A handle on its first process.</param>
    /// <param name="job">Where it is told what to run.</param>
    /// <param name="status">Where it says how that went.</param>
    /// <param name="loan">What the system lent it.</param>
    public ForkedChild(SafeFileHandle process, MessageSocket job, SafePipeHandle status, RunLoan loan)
    {
        _process = process;
        _job = job;
        _status = new ProgramStatus(new AnonymousPipeClientStream(PipeDirection.In, status));
        Loan = loan;
        _gone = _status.ReadToEndAsync();
    }

    public RunLoan Loan { get; }

    public SandboxStart Start { get; set; } = SandboxStart.Forked;

    public RunSpace? Space { get; private set; }

    /// <summary>Completes when it is built; false: it could not be.</summary>
    public async Task<bool> WaitingAsync()
    {
        if (!await _status.Waiting)
        {
            return false;
        }

        Space = RunSpace.Open(ProcessHandle.IdOf(_process));
        return true;
    }

    /// <summary>Has it run a program.</summary>
    /// <exception cref="IOException">It is gone, and ran nothing.</exception>
    public ContainedProcess Run(SandboxSpec spec, TimeProvider time)
    {
        var job = Job(spec);
        if (job.Length > MostJobBytes)
        {
            throw new IOException("Its arguments and environment are more than can be sent to a forked program.");
        }

        var streams = new RunStreams();
        var contents = spec.Files.Select(file => MemoryFile.Create("file", file.Content.Span)).ToList();
        try
        {
            _status.Begin();
            _job.Send(job, [.. streams.ForChild, .. contents]);
            streams.CloseChildEnds();
            return new ContainedProcess(Loan, streams, this, spec.Limits, time);
        }
        catch
        {
            streams.Dispose();
            throw;
        }
        finally
        {
            contents.ForEach(content => content.Dispose());
        }
    }

    public async Task GoneAsync()
    {
        await _gone;

        // Whatever is left of its namespace goes with its first process.
        ProcessHandle.Kill(_process);
    }

    public Task<ProgramEnd> EndAsync() => Task.FromResult(_status.End);

    public Task KillAsync(bool hasCgroup, Task completion)
    {
        ProcessHandle.Kill(_process);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _process.Dispose();
        _job.Dispose();
        _status.Dispose();
        Space?.Dispose();
    }

    /// <summary>Ends one that runs nothing.</summary>
    public async Task AbandonAsync(TimeProvider time)
    {
        ProcessHandle.Kill(_process);
        await _gone;
        if (Loan.Cgroup is { } cgroup)
        {
            await cgroup.EmptyAsync(time);
        }

        await Loan.ReturnAsync(time);
        Dispose();
    }

    /// <summary>The paths of its files, each ended by a zero, for the first process; behind them what the program is to be.</summary>
    private byte[] Job(SandboxSpec spec)
    {
        var limits = new Dictionary<string, long>
        {
            ["CORE"] = 0,
            ["NOFILE"] = BubblewrapCommand.MaxDescriptors,
            ["MEMLOCK"] = 0,
            ["FSIZE"] = spec.Limits.ScratchBytes,
        };
        if (Loan.Cgroup is null)
        {
            limits["AS"] = spec.Limits.MemoryBytes;
            limits["NPROC"] = spec.Limits.Processes;
        }

        var job = new ForkJob([.. spec.Arguments.Skip(ForkImage.Flags.Count)], spec.Environment, limits);
        return
        [
            .. Encoding.UTF8.GetBytes(string.Concat(spec.Files.Select(file => $"{file.InnerPath}\0"))),
            .. JsonSerializer.SerializeToUtf8Bytes(job, ForkMessages.Default.ForkJob),
        ];
    }
}
