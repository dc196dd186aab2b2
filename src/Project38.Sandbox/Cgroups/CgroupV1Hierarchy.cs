namespace Project38.Sandbox.Cgroups;

/// <summary>Version 1: each controller has a tree of its own, and a run has a folder in each.</summary>
internal sealed class CgroupV1Hierarchy : CgroupHierarchy
{
    private static readonly string[] Required = ["memory", "pids", "cpu"];

    private readonly IReadOnlyDictionary<string, string> _parents;

    private CgroupV1Hierarchy(IReadOnlyDictionary<string, string> parents) => _parents = parents;

    public override string Description => $"cgroup v1, {string.Join(", ", _parents.Keys)}";

    /// <inheritdoc/>
    /// <remarks>By <c>tasks</c>, see <see cref="CgroupV1"/>.</remarks>
    public override bool JoinsAtOnce => true;

    public static CgroupV1Hierarchy? Find(
        IReadOnlyList<CgroupMount> mounts,
        IReadOnlyDictionary<string, string> memberships,
        out string problem
    )
    {
        var parents = new Dictionary<string, string>();
        foreach (var controller in Required.Append("cpuacct"))
        {
            var mount = mounts.FirstOrDefault(mount => mount.Version == 1 && mount.Options.Contains(controller));
            var cgroup = memberships.GetValueOrDefault(controller, "/");

            // In a container, the path names the host's tree while its own part of it is what is mounted.
            var folder = mount?.FolderOf(cgroup) ?? mount?.MountPoint;
            if (folder is not null)
            {
                parents[controller] = Directory.Exists(folder) ? folder : mount!.MountPoint;
            }
        }

        var missing = Required.Where(controller => !parents.ContainsKey(controller)).ToList();
        problem = missing.Count == 0 ? "" : $"no cgroup controller for {string.Join(", ", missing)}";
        return missing.Count == 0 ? new CgroupV1Hierarchy(parents) : null;
    }

    public override RunCgroup Create(string name, SandboxLimits limits) => CgroupV1.Create(FoldersOf(name), limits);

    protected override IEnumerable<RunCgroup> Leftovers() =>
        _parents.Values.Distinct().SelectMany(LeftoverNames).Distinct().Select(name => new CgroupV1(FoldersOf(name)));

    private Dictionary<string, string> FoldersOf(string name) =>
        _parents.ToDictionary(parent => parent.Key, parent => Path.Combine(parent.Value, name));
}
