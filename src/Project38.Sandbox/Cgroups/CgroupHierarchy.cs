namespace Project38.Sandbox.Cgroups;

/// <summary>Where the platform may make cgroups. Version 1 and version 2 of the kernel's interface both exist in the field.</summary>
internal abstract class CgroupHierarchy
{
    /// <summary>What it is and where, in words for a person.</summary>
    public abstract string Description { get; }

    /// <summary>
    /// Whether a process joins a cgroup at once. Else the kernel first makes every processor pass a quiet moment (an RCU grace
    /// period), and each start waits some 10 ms for that.
    /// </summary>
    public abstract bool JoinsAtOnce { get; }

    /// <summary>Makes a cgroup with these limits, all of them read back.</summary>
    /// <exception cref="IOException">A limit does not hold.</exception>
    /// <exception cref="UnauthorizedAccessException">The platform may not write here.</exception>
    public abstract RunCgroup Create(string name, SandboxLimits limits);

    /// <summary>Kills and removes what platforms that are gone have left behind. Gives how many there were.</summary>
    public async Task<int> SweepAsync(TimeProvider time)
    {
        var leftovers = Leftovers().ToList();
        foreach (var cgroup in leftovers)
        {
            await cgroup.EmptyAsync(time);
            _ = await cgroup.RemoveAsync(time);
        }

        return leftovers.Count;
    }

    /// <summary>Finds the hierarchy of this machine: version 2 when its controllers are there, else version 1.</summary>
    /// <param name="problem">Why there is none, when the result is null.</param>
    public static CgroupHierarchy? Find(out string problem)
    {
        var mounts = CgroupMount.ReadAll();
        var memberships = CgroupMount.ReadMemberships();
        return (CgroupHierarchy?)CgroupV2Hierarchy.Find(mounts, memberships, out problem)
            ?? CgroupV1Hierarchy.Find(mounts, memberships, out problem);
    }

    /// <summary>The cgroups of platforms that are gone.</summary>
    protected abstract IEnumerable<RunCgroup> Leftovers();

    /// <summary>Names of the cgroups in a folder whose platform is gone.</summary>
    protected static IEnumerable<string> LeftoverNames(string folder) =>
        Directory
            .EnumerateDirectories(folder, CgroupName.Pattern)
            .Select(Path.GetFileName)
            .OfType<string>()
            .Where(CgroupName.IsOrphan);
}
