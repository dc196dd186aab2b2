using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Project38.Sandbox.Cgroups;
using Project38.Sandbox.Native;
using Project38.Sandbox.Running;
using Project38.Sandbox.Seccomp;

namespace Project38.Sandbox.Bubblewrap;

/// <summary>Starts runs with a given containment. It decides nothing: the probe and the sandbox do.</summary>
internal sealed class BubblewrapRunner(SandboxOptions options, TimeProvider time) : IDisposable
{
    // Nothing of the platform's environment, for the shell and bubblewrap neither. The run sees none of it.
    private static readonly string[] OuterEnvironment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", PlatformMark.Own];

    private readonly ConcurrentDictionary<SandboxProcess, bool> _running = new();
    private readonly ProcessLauncher _launcher = new();
    private readonly RunUids _uids = new(options.FirstUid, options.UidCount, RunUids.DefaultLocks);

    public static bool IsRoot { get; } = LibC.EffectiveUserId() == 0;

    /// <summary>Borrows what a run needs of the system, whichever way it is started.</summary>
    /// <exception cref="IOException">The machine refused it.</exception>
    public RunLoan Borrow(SandboxLimits limits, Containment containment)
    {
        var cgroup = containment.Cgroups?.Create(CgroupName.Next(), limits);
        try
        {
            return new RunLoan(containment.Level, cgroup, IsRoot ? _uids.Take() : null, _uids);
        }
        catch
        {
            cgroup?.TryRemove();
            throw;
        }
    }

    /// <summary>Starts a program by bubblewrap.</summary>
    /// <exception cref="ArgumentException">The spec is wrong; nothing was started.</exception>
    /// <exception cref="IOException">The machine refused a cgroup, a pipe or the process; nothing was started.</exception>
    public async Task<ContainedProcess> StartAsync(
        SandboxSpec spec,
        Containment containment,
        CancellationToken cancellationToken
    )
    {
        SpecCheck.Require(spec);
        cancellationToken.ThrowIfCancellationRequested();
        var parts = new RunParts();
        parts.AddFile("seccomp", containment.Cgroups is null ? Filters.WithoutFork : Filters.Full);
        return (await StartAsync(spec, containment, parts, nest: null)).Process;
    }

    /// <summary>Starts a fork server by bubblewrap: it may make sandboxes of its own, as users of its own.</summary>
    /// <param name="spec">The server. It finds its socket at <see cref="NestSocket"/>.</param>
    /// <param name="containment">What of this machine it is built with.</param>
    /// <param name="socket">What becomes that descriptor; closed here.</param>
    /// <exception cref="IOException">The machine refused a cgroup, a pipe or the process; nothing was started.</exception>
    public async Task<ContainedProcess> StartNestAsync(SandboxSpec spec, Containment containment, SafeHandle socket)
    {
        var parts = new RunParts();
        parts.AddFile("seccomp", Filters.ForkServer);
        var nest = new Nest(socket, IsRoot ? new UidGate(options.FirstUid, options.UidCount) : null);
        var (process, body) = await StartAsync(spec, containment, parts, nest);
        if (nest.Uids is { } uids)
        {
            await uids.OpenAsync(body.FirstProcessId);
        }

        return process;
    }

    /// <summary>The descriptor at which a fork server finds its socket.</summary>
    public static int NestSocket(SandboxSpec spec) => BubblewrapCommand.FirstFileDescriptor + spec.Files.Count;

    /// <summary>Ends a process with the sandbox, if it is there still.</summary>
    public ContainedProcess Follow(ContainedProcess process)
    {
        _ = FollowAsync(process);
        return process;
    }

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
            loan = Borrow(spec.Limits, containment);
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
            var launch = new Launch(command.Build(), OuterEnvironment, parts.ForChild);
            var pid = await _launcher.StartAsync(launch);
            parts.CloseChildEnds();
            var body = new BubblewrapBody(parts, pid, time);
            return (Follow(new ContainedProcess(loan, parts.Streams, body, spec.Limits, time)), body);
        }
        catch
        {
            parts.Dispose();
            loan?.Abandon();
            throw;
        }
    }

    /// <summary>Ends every run, and then the thread they are bound to.</summary>
    public void Dispose()
    {
        foreach (var process in _running.Keys)
        {
            process.Kill();
        }

        _ = ReleaseAsync([.. _running.Keys.Select(process => process.Completion)]);
    }

    /// <summary>Waits for the last run: its bubblewrap, dying with the thread in the middle of its start, would leave a child.</summary>
    private async Task ReleaseAsync(IReadOnlyList<Task> runs)
    {
        await Task.WhenAll(runs);
        _launcher.Dispose();
        _uids.Dispose();
    }

    private async Task FollowAsync(ContainedProcess process)
    {
        _running.TryAdd(process, true);
        await process.Completion;
        _running.TryRemove(process, out _);
    }
}
