using Project38.Sandbox.Native;
using Project38.Sandbox.Running;

namespace Project38.Sandbox.Gvisor;

/// <summary>Starts runs on a kernel of their own: gVisor's, by <c>runsc</c>. Needs a cgroup, which holds that kernel with the program.</summary>
/// <param name="runsc">The program: <see cref="SandboxOptions.RunscPath"/>.</param>
/// <param name="options">Where bundles go.</param>
/// <param name="host">What it shares with all runs.</param>
/// <param name="time">The clock.</param>
internal sealed class RunscRunner(string runsc, SandboxOptions options, RunHost host, TimeProvider time) : IRunner
{
    // What its kernel takes for itself, beside the program. Measured with the release of December 2022 on ptrace: 22 MB, 53 threads of
    // the host, and three more for each process inside. Go ends a program that gets no thread, and in its bursts it asks for
    // more, so there is room: the program's own processes are counted inside.
    private const long OwnMemory = 64L * 1024 * 1024;
    private const int OwnThreads = 256;
    private const int ThreadsForEach = 4;

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
        var status = AnonymousPipe.Create();
        RunLoan? loan = null;
        try
        {
            loan = host.Borrow(WithItsOwn(spec.Limits), containment);
            var bundle = Bundle.Create(options, spec, loan.Uid);
            loan = loan with { Bundle = bundle };
            var command = new RunscCommand
            {
                Runsc = runsc,
                Bundle = bundle,
                Platform = Environment.ProcessId,
                Uid = loan.Uid,
                MembershipFiles = [.. loan.Cgroup?.MembershipFiles ?? []],
            };
            var pid = await host.LaunchAsync(command.Build(), [.. streams.ForChild, status.Writer]);
            streams.CloseChildEnds();
            status.Writer.Dispose();
            var body = new RunscBody(bundle, pid, status.Reader);
            return host.Follow(new ContainedProcess(loan, streams, body, spec.Limits, time));
        }
        catch
        {
            streams.Dispose();
            status.Dispose();
            await (loan?.ReturnAsync(time) ?? Task.CompletedTask);
            throw;
        }
    }

    private static SandboxLimits WithItsOwn(SandboxLimits limits) =>
        limits with
        {
            MemoryBytes = limits.MemoryBytes + OwnMemory,
            Processes = (limits.Processes * ThreadsForEach) + OwnThreads,
        };
}
