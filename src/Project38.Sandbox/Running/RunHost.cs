using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Project38.Sandbox.Bubblewrap;
using Project38.Sandbox.Cgroups;
using Project38.Sandbox.Native;

namespace Project38.Sandbox.Running;

/// <summary>What all runs of a platform share, however they are contained: the thread that starts them, uids, and their end.</summary>
internal sealed class RunHost(SandboxOptions options) : IDisposable
{
    // Nothing of the platform's environment, for what comes before the program neither.
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

    /// <summary>Starts a process that becomes a run, and gives its id.</summary>
    /// <param name="command">Its command.</param>
    /// <param name="descriptors">What becomes its descriptors 0, 1, 2 and so on.</param>
    /// <exception cref="IOException">It could not be started.</exception>
    public Task<int> LaunchAsync(IReadOnlyList<string> command, IReadOnlyList<SafeHandle> descriptors) =>
        _launcher.StartAsync(new Launch(command, OuterEnvironment, descriptors));

    /// <summary>Ends a process with the sandbox, if it is there still.</summary>
    public ContainedProcess Follow(ContainedProcess process)
    {
        _ = FollowAsync(process);
        return process;
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
