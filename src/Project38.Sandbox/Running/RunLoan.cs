using Project38.Sandbox.Cgroups;
using Project38.Sandbox.Gvisor;
using Project38.Sandbox.Landlock;

namespace Project38.Sandbox.Running;

/// <summary>What the system lends one run, and gets back after it.</summary>
/// <param name="Level">The level it runs at.</param>
/// <param name="Cgroup">Its cgroup; null where there is none.</param>
/// <param name="Uid">Its uid; null when it runs as the platform's user.</param>
/// <param name="Uids">Where the uid goes back to.</param>
internal sealed record RunLoan(SandboxLevel Level, RunCgroup? Cgroup, int? Uid, RunUids Uids)
{
    /// <summary>Its folder; null where it has namespaces, and all of its files go with them.</summary>
    public RunFolder? Folder { get; init; }

    /// <summary>What <c>runsc</c> starts it from; null where something else starts it.</summary>
    public Bundle? Bundle { get; init; }

    /// <summary>Gives it back: the cgroup must be empty.</summary>
    public async Task ReturnAsync(TimeProvider time)
    {
        if (Cgroup is not null)
        {
            _ = await Cgroup.RemoveAsync(time);
        }

        if ((Folder is null || await Folder.RemoveAsync()) && (Bundle is null || await Bundle.RemoveAsync()))
        {
            ReturnUid();
        }
    }

    /// <summary>Gives it back at once: for a run that did not start.</summary>
    public void Abandon()
    {
        Cgroup?.TryRemove();
        ReturnUid();
    }

    private void ReturnUid()
    {
        if (Uid is { } uid)
        {
            Uids.Return(uid);
        }
    }
}
