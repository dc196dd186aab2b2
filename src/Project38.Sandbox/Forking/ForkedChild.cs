using System.Globalization;
using System.IO.Pipes;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Project38.Sandbox.Bubblewrap;
using Project38.Sandbox.Native;
using Project38.Sandbox.Running;

namespace Project38.Sandbox.Forking;

/// <summary>A sandbox that a fork server has built, and that waits for a program, or runs it.</summary>
internal sealed class ForkedChild : IRunBody
{
    private const int MostJobBytes = (64 * 1024) - 1; // fork.c's room, and a zero

    // Of setrlimit(2).
    private const int FileSize = 1; // RLIMIT_FSIZE
    private const int CoreSize = 4; // RLIMIT_CORE
    private const int Processes = 6; // RLIMIT_NPROC
    private const int OpenFiles = 7; // RLIMIT_NOFILE
    private const int LockedMemory = 8; // RLIMIT_MEMLOCK
    private const int AddressSpace = 9; // RLIMIT_AS

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

    /// <summary>Texts that a zero ends, by who reads them: fork.c's first process, its program, and program.py.</summary>
    /// <remarks>
    /// The paths of the files; limits, each a number of <c>setrlimit(2)</c> and a value, and an empty text; how many arguments, the
    /// arguments, and the environment.
    /// </remarks>
    private byte[] Job(SandboxSpec spec)
    {
        var limits = new List<(int Resource, long Most)>
        {
            (CoreSize, 0),
            (OpenFiles, BubblewrapCommand.MaxDescriptors),
            (LockedMemory, 0),
            (FileSize, spec.Limits.ScratchBytes),
        };
        if (Loan.Cgroup is null)
        {
            limits.Add((AddressSpace, spec.Limits.MemoryBytes));
            limits.Add((Processes, spec.Limits.Processes));
        }

        var arguments = spec.Arguments.Skip(ForkImage.Flags.Count).ToList();
        IEnumerable<string> texts =
        [
            .. spec.Files.Select(file => file.InnerPath),
            .. limits.Select(limit => string.Create(CultureInfo.InvariantCulture, $"{limit.Resource}={limit.Most}")),
            "",
            arguments.Count.ToString(CultureInfo.InvariantCulture),
            .. arguments,
            .. spec.Environment.Select(entry => $"{entry.Key}={entry.Value}"),
        ];
        return Encoding.UTF8.GetBytes(string.Concat(texts.Select(text => $"{text}\0")));
    }
}
