using Project38.Sandbox.Native;

namespace Project38.Sandbox.Cgroups;

/// <summary>One mounted cgroup hierarchy.</summary>
/// <param name="Version">1 or 2.</param>
/// <param name="Options">What it is mounted with; on version 1 its controllers are among that.</param>
/// <param name="Root">The cgroup that is mounted.</param>
/// <param name="MountPoint">Where it is mounted.</param>
internal sealed record CgroupMount(int Version, IReadOnlyList<string> Options, string Root, string MountPoint)
{
    /// <summary>The folder of a cgroup, or null when it lies outside of what is mounted.</summary>
    public string? FolderOf(string cgroup)
    {
        if (Root == "/")
        {
            return cgroup == "/" ? MountPoint : MountPoint + cgroup;
        }

        // In a cgroup namespace of another kind than ours the path starts with "/..".
        return cgroup == Root ? MountPoint
            : cgroup.StartsWith(Root + "/", StringComparison.Ordinal) ? MountPoint + cgroup[Root.Length..]
            : null;
    }

    /// <summary>Whether systemd has handed a cgroup to whoever runs in it, see <c>systemd.resource-control(5)</c>, <c>Delegate=</c>.</summary>
    /// <remarks>It marks such a cgroup for everybody since its version 251, and for root before.</remarks>
    public static unsafe bool IsDelegated(string folder) =>
        LibC.GetAttribute(folder, "user.delegate", null, 0) >= 0
        || LibC.GetAttribute(folder, "trusted.delegate", null, 0) >= 0;

    public static IReadOnlyList<CgroupMount> ReadAll() => Parse(File.ReadLines("/proc/self/mountinfo"));

    /// <summary>This process's cgroup by controller; version 2 under the empty name.</summary>
    public static IReadOnlyDictionary<string, string> ReadMemberships() =>
        ParseMemberships(File.ReadLines("/proc/self/cgroup"));

    /// <summary>Reads <c>mountinfo</c>: <c>ID PARENT DEV ROOT POINT OPTIONS … - TYPE SOURCE SUPEROPTIONS</c>.</summary>
    internal static IReadOnlyList<CgroupMount> Parse(IEnumerable<string> lines)
    {
        var mounts = new List<CgroupMount>();
        foreach (var line in lines)
        {
            var halves = line.Split(" - ", 2);
            var (left, right) = (halves[0].Split(' '), halves[^1].Split(' '));
            if (halves.Length == 2 && left.Length >= 6 && right.Length >= 3 && right[0] is "cgroup" or "cgroup2")
            {
                var version = right[0] == "cgroup2" ? 2 : 1;
                mounts.Add(new CgroupMount(version, right[2].Split(','), left[3], left[4]));
            }
        }

        return mounts;
    }

    /// <summary>Reads <c>/proc/self/cgroup</c>: <c>ID:CONTROLLERS:PATH</c>.</summary>
    internal static IReadOnlyDictionary<string, string> ParseMemberships(IEnumerable<string> lines) =>
        lines
            .Select(line => line.Split(':', 3))
            .Where(parts => parts.Length == 3)
            .SelectMany(parts => parts[1].Split(',').Select(controller => (controller, path: parts[2])))
            .ToDictionary(entry => entry.controller, entry => entry.path);
}
