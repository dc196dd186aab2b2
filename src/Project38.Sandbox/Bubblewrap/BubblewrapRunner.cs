using System.Runtime.InteropServices;
using Project38.Sandbox.Native;
using Project38.Sandbox.Running;
using Project38.Sandbox.Seccomp;

namespace Project38.Sandbox.Bubblewrap;

/// <summary>Starts runs by bubblewrap. It decides nothing: the probe and the sandbox do.</summary>
internal sealed class BubblewrapRunner(SandboxOptions options, RunHost host, TimeProvider time) : IRunner
{
    private readonly Lazy<SafeHandle> _launch = Once(() => MemoryFile.CreateProgram("launch"));
    private readonly Lazy<SafeHandle> _full = Once(() => MemoryFile.CreateSealed("filter", Filters.FullAsking));
    private readonly Lazy<SafeHandle> _withoutFork = Once(() =>
        MemoryFile.CreateSealed("filter", Filters.WithoutForkAsking)
    );
    private readonly Lazy<SafeHandle> _forkServer = Once(() => MemoryFile.CreateSealed("filter", Filters.ForkServer));

    /// <summary>What it shares with all runs.</summary>
    public RunHost Host => host;

    /// <inheritdoc/>
    public async Task<ContainedProcess> StartAsync(
        SandboxSpec spec,
        Containment containment,
        CancellationToken cancellationToken
    )
    {
        SpecCheck.Require(spec);
        cancellationToken.ThrowIfCancellationRequested();
        var parts = new RunParts(_launch.Value, (containment.Cgroups is null ? _withoutFork : _full).Value);
        return (await StartAsync(spec, containment, parts, nest: null)).Process;
    }

    /// <summary>Starts a fork server by bubblewrap: it may make sandboxes of its own, as users of its own.</summary>
    /// <param name="spec">The server. It finds its socket at <see cref="NestSocket"/>.</param>
    /// <param name="containment">What of this machine it is built with.</param>
    /// <param name="socket">What becomes that descriptor; closed here.</param>
    /// <exception cref="IOException">The machine refused a cgroup, a pipe or the process; nothing was started.</exception>
    public async Task<ContainedProcess> StartNestAsync(SandboxSpec spec, Containment containment, SafeHandle socket)
    {
        var parts = new RunParts(_launch.Value, _forkServer.Value);
        var nest = new Nest(socket, RunHost.IsRoot ? new UidGate(options.FirstUid, options.UidCount) : null);
        var (process, body) = await StartAsync(spec, containment, parts, nest);
        if (nest.Uids is { } uids)
        {
            await uids.OpenAsync(body.FirstProcessId);
        }

        return process;
    }

    /// <summary>The descriptor at which a fork server finds its socket.</summary>
    public static int NestSocket(SandboxSpec spec) => BubblewrapCommand.FirstFileDescriptor + spec.Files.Count;

    // What failed is tried again.
    private static Lazy<SafeHandle> Once(Func<SafeHandle> create) => new(create, LazyThreadSafetyMode.PublicationOnly);

    private async Task<(ContainedProcess Process, BubblewrapBody Body)> StartAsync(
        SandboxSpec spec,
        Containment containment,
        RunParts parts,
        Nest? nest
    )
    {
        RunLoan? loan = null;
        try
        {
            loan = host.Borrow(spec.Limits, containment);
            foreach (var file in spec.Files)
            {
                parts.AddFile("file", file.Content.Span);
            }

            foreach (var handle in nest?.OpenHandles() ?? [])
            {
                parts.Add(handle);
            }

            var command = new BubblewrapCommand
            {
                Bubblewrap = options.BubblewrapPath,
                Spec = spec,
                Uid = loan.Uid,
                MembershipFiles = [.. loan.Cgroup?.MembershipFiles ?? []],
                LimitsEachProcess = loan.Cgroup is null && nest is null,
                DisablesUserNamespaces = containment.DisablesUserNamespaces,
                Nests = nest is not null,
                UidsDescriptor = nest?.Uids is null ? null : NestSocket(spec) + 1,
            };
            var pid = await host.LaunchAsync(command.Build(), parts.ForChild);
            parts.CloseChildEnds();
            var body = new BubblewrapBody(parts, pid, time);
            return (host.Follow(new ContainedProcess(loan, parts.Streams, body, spec.Limits, time)), body);
        }
        catch
        {
            parts.Dispose();
            loan?.Abandon();
            throw;
        }
    }
}
