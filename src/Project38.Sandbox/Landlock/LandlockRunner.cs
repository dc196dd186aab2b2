using System.Globalization;
using System.Runtime.InteropServices;
using Project38.Sandbox.Native;
using Project38.Sandbox.Running;
using Project38.Sandbox.Seccomp;

namespace Project38.Sandbox.Landlock;

/// <summary>Starts runs where no namespaces can be made: <c>contain.c</c> holds one program by Landlock and seccomp.</summary>
internal sealed class LandlockRunner(SandboxOptions options, RunHost host, TimeProvider time) : IRunner
{
    // Behind the streams, the status, the pipe of life and the two filters.
    private const string Contain = "/proc/self/fd/7";

    /// <summary>What of the machine can be read, and run. The layout differs by architecture, and by age.</summary>
    public static readonly string[] OfTheMachine = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache"];

    private readonly Lazy<SafeHandle[]> _files = new(() =>
        [
            MemoryFile.CreateSealed("filter", Filters.WithoutFork),
            MemoryFile.CreateSealed("narrowing", Filters.Narrowing),
            MemoryFile.CreateProgram("contain"),
        ]
    );

    /// <inheritdoc/>
    public async Task<ContainedProcess> StartAsync(
        SandboxSpec spec,
        Containment containment,
        CancellationToken cancellationToken
    )
    {
        SpecCheck.Require(spec);
        cancellationToken.ThrowIfCancellationRequested();
        var streams = new RunStreams();
        var (status, life) = (AnonymousPipe.Create(), AnonymousPipe.Create());
        RunLoan? loan = null;
        try
        {
            loan = host.Borrow(spec.Limits, containment);
            var folder = RunFolder.Create(options, spec, loan.Uid);
            loan = loan with { Folder = folder };
            SafeHandle[] descriptors = [.. streams.ForChild, status.Writer, life.Reader, .. _files.Value];
            var pid = await host.LaunchAsync(Command(spec, folder, loan.Uid), descriptors);
            streams.CloseChildEnds();
            status.Writer.Dispose();
            life.Reader.Dispose();
            var body = new LandlockBody(pid, status.Reader, life.Writer);
            return host.Follow(new ContainedProcess(loan, streams, body, spec.Limits, time));
        }
        catch
        {
            streams.Dispose();
            status.Dispose();
            life.Dispose();
            await (loan?.ReturnAsync(time) ?? Task.CompletedTask);
            throw;
        }
    }

    private static string[] Command(SandboxSpec spec, RunFolder folder, int? uid)
    {
        var (limits, paths) = (spec.Limits, folder.Paths);
        long[] numbers = [limits.MemoryBytes, Processes(limits, uid), limits.ScratchBytes];
        return
        [
            Contain,
            $"{uid ?? -1}",
            folder.Path,
            .. numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)),
            .. OfTheMachine,
            .. spec.Mounts.Select(mount => Path.GetFullPath(mount.HostPath)),
            "--",
            $"TMPDIR={paths.Place("/tmp")}",
            .. spec.Environment.Select(entry => $"{entry.Key}={paths.MapList(entry.Value)}"),
            "--",
            paths.Map(spec.Program),
            .. spec.Arguments.Select(paths.Map),
        ];
    }

    /// <summary>The most processes and threads that the run's user may have: all of them, where it is the platform's user.</summary>
    private static long Processes(SandboxLimits limits, int? uid) =>
        uid is null ? limits.Processes + UserProcesses.Count() : limits.Processes;
}
