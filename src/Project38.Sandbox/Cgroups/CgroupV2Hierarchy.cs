namespace Project38.Sandbox.Cgroups;

/// <summary>Version 2: one tree. A run's cgroup lies beside the platform's own, in what was delegated to it.</summary>
/// <remarks>
/// A cgroup that holds processes cannot hand controllers to its children, the root of the machine excepted. So where the
/// platform's own cgroup is to be the parent, its processes first move into a leaf, <c>p38-platform</c>.
/// </remarks>
internal sealed class CgroupV2Hierarchy : CgroupHierarchy
{
    private const string PlatformLeaf = "p38-platform";

    private static readonly string[] Required = ["memory", "pids", "cpu"];

    private const string ExpeditedGracePeriods = "/sys/kernel/rcu_expedited";

    private readonly string _parent;

    private CgroupV2Hierarchy(string parent, bool joinsAtOnce) => (_parent, JoinsAtOnce) = (parent, joinsAtOnce);

    public override string Description => $"cgroup v2 at {_parent}";

    /// <inheritdoc/>
    /// <remarks>
    /// Only whole processes can move between cgroups here, which waits for the grace period, unless the mount or the kernel
    /// is set for it. <c>CLONE_INTO_CGROUP</c> would not wait, and is refused to a fork server: it is another user than the
    /// cgroup's, and in a cgroup namespace of its own.
    /// </remarks>
    public override bool JoinsAtOnce { get; }

    public static CgroupV2Hierarchy? Find(
        IReadOnlyList<CgroupMount> mounts,
        IReadOnlyDictionary<string, string> memberships,
        out string problem
    )
    {
        problem = "no cgroup v2";
        var mount = mounts.FirstOrDefault(mount => mount.Version == 2);
        if (mount is null || !memberships.TryGetValue("", out var own))
        {
            return null;
        }

        // A platform that was here before, or that was restarted in place, is in the leaf already.
        own = own.EndsWith($"/{PlatformLeaf}", StringComparison.Ordinal) ? own[..^(PlatformLeaf.Length + 1)] : own;
        var ownFolder = mount.FolderOf(own.Length == 0 ? "/" : own);

        // What systemd has delegated is meant for this, and ends with its unit. The top is root's alone, and free for it to use.
        // Moving the processes of others about is the last resort.
        var delegated = ownFolder is not null && CgroupMount.IsDelegated(ownFolder) ? ownFolder : null;
        (string? Folder, bool MayMove)[] candidates = [(delegated, true), (mount.MountPoint, false), (ownFolder, true)];
        foreach (var (folder, mayMove) in candidates)
        {
            if (folder is not null && Directory.Exists(folder) && TryPrepare(folder, mayMove, out problem))
            {
                var expedites =
                    File.Exists(ExpeditedGracePeriods) && File.ReadAllText(ExpeditedGracePeriods).Trim() == "1";
                return new CgroupV2Hierarchy(folder, expedites || mount.Options.Contains("favordynmods"));
            }
        }

        return null;
    }

    public override RunCgroup Create(string name, SandboxLimits limits) =>
        CgroupV2.Create(Path.Combine(_parent, name), limits);

    protected override IEnumerable<RunCgroup> Leftovers() =>
        LeftoverNames(_parent).Select(name => new CgroupV2(Path.Combine(_parent, name)));

    private static bool TryPrepare(string folder, bool mayMove, out string problem)
    {
        var missing = Required.Except(Words(folder, "cgroup.controllers")).ToList();
        if (missing.Count > 0)
        {
            problem = $"{folder} has no controller for {string.Join(", ", missing)}";
            return false;
        }

        try
        {
            var closed = Required.Except(Words(folder, "cgroup.subtree_control")).ToList();
            if (closed.Count > 0)
            {
                HandDown(folder, closed, mayMove);
            }

            CgroupV2.Create(Path.Combine(folder, CgroupName.Next()), new SandboxLimits()).TryRemove();
            problem = "";
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = $"{folder}: {exception.Message}";
            return false;
        }
    }

    private static void HandDown(string folder, List<string> controllers, bool mayMove)
    {
        var enable = string.Join(' ', controllers.Select(controller => $"+{controller}"));
        try
        {
            File.WriteAllText($"{folder}/cgroup.subtree_control", enable);
        }
        catch (IOException) when (mayMove)
        {
            var leaf = Directory.CreateDirectory(Path.Combine(folder, PlatformLeaf)).FullName;
            foreach (var pid in File.ReadAllLines($"{folder}/cgroup.procs"))
            {
                File.WriteAllText($"{leaf}/cgroup.procs", pid);
            }

            File.WriteAllText($"{folder}/cgroup.subtree_control", enable);
        }
    }

    private static string[] Words(string folder, string file) =>
        File.ReadAllText(Path.Combine(folder, file)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
