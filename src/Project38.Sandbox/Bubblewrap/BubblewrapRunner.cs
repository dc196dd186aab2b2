using System.Collections.Concurrent;
using Project38.Sandbox.Cgroups;
using Project38.Sandbox.Native;
using Project38.Sandbox.Seccomp;

namespace Project38.Sandbox.Bubblewrap;

/// <summary>What of this machine a run is built with.</summary>
/// <param name="Level">The level.</param>
/// <param name="Cgroups">Where its cgroup is made; null at a level without one.</param>
/// <param name="DisablesUserNamespaces">Whether this bubblewrap knows <c>--disable-userns</c>.</param>
internal sealed record Containment(SandboxLevel Level, CgroupHierarchy? Cgroups, bool DisablesUserNamespaces);

/// <summary>Starts runs with a given containment. It decides nothing: the probe and the sandbox do.</summary>
internal sealed class BubblewrapRunner(SandboxOptions options, TimeProvider time) : IDisposable
{
    // Nothing of the platform's environment, for the shell and bubblewrap neither. The run sees none of it.
    private static readonly string[] OuterEnvironment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", PlatformMark.Own];

    private readonly ConcurrentDictionary<BubblewrapProcess, bool> _running = new();
    private readonly ProcessLauncher _launcher = new();
    private readonly RunUids _uids = new(options.FirstUid, options.UidCount, RunUids.DefaultLocks);
    private readonly Lazy<byte[]> _filter = new(() => Assemble(SeccompPolicy.Full));
    private readonly Lazy<byte[]> _filterWithoutFork = new(() => Assemble(SeccompPolicy.WithoutFork));

    public static bool IsRoot { get; } = LibC.EffectiveUserId() == 0;

    /// <exception cref="ArgumentException">The spec is wrong; nothing was started.</exception>
    /// <exception cref="IOException">The machine refused a cgroup, a pipe or the process; nothing was started.</exception>
    public async Task<BubblewrapProcess> StartAsync(
        SandboxSpec spec,
        Containment containment,
        CancellationToken cancellationToken
    )
    {
        SpecCheck.Require(spec);
        cancellationToken.ThrowIfCancellationRequested();

        var hasCgroup = containment.Cgroups is not null;
        var cgroup = containment.Cgroups?.Create(CgroupName.Next(), spec.Limits);
        var parts = new RunParts(containment.Level, cgroup, IsRoot ? _uids.Take() : null, _uids);
        try
        {
            parts.AddFile("seccomp", (hasCgroup ? _filter : _filterWithoutFork).Value);
            foreach (var file in spec.Files)
            {
                parts.AddFile("file", file.Content.Span);
            }

            var command = new BubblewrapCommand
            {
                Bubblewrap = options.BubblewrapPath,
                Spec = spec,
                Uid = parts.Uid,
                MembershipFiles = [.. cgroup?.MembershipFiles ?? []],
                LimitsEachProcess = !hasCgroup,
                DisablesUserNamespaces = containment.DisablesUserNamespaces,
            };
            var launch = new Launch(command.Build(), OuterEnvironment, parts.ForChild);
            var pid = await _launcher.StartAsync(launch);
            parts.CloseChildEnds();
            var process = new BubblewrapProcess(parts, spec.Limits, pid, time);
            _ = FollowAsync(process);
            return process;
        }
        catch
        {
            parts.Abandon();
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

    private async Task FollowAsync(BubblewrapProcess process)
    {
        _running.TryAdd(process, true);
        await process.Completion;
        _running.TryRemove(process, out _);
    }

    private static byte[] Assemble(Func<SyscallTable, SeccompPolicy> policy) =>
        SeccompFilter.ToBytes(SeccompFilter.Assemble(policy(SyscallTable.Current)));
}
