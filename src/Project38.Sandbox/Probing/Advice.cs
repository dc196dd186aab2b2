namespace Project38.Sandbox.Probing;

/// <summary>What to do for a higher level, by what this machine is seen to be.</summary>
internal static class Advice
{
    private const string AppArmorSwitch = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";
    private const string DebianSwitch = "/proc/sys/kernel/unprivileged_userns_clone";
    private const string UserNamespaceCount = "/proc/sys/user/max_user_namespaces";

    // Of Docker and of Podman.
    private static readonly string[] ContainerMarks = ["/.dockerenv", "/run/.containerenv"];

    private static bool IsContainer => ContainerMarks.Any(File.Exists);

    /// <summary>Where a program could not be contained at all.</summary>
    public static string ForNamespaces() =>
        Read(AppArmorSwitch) == "1"
            ? "AppArmor forbids user namespaces. Run as root: sysctl kernel.apparmor_restrict_unprivileged_userns=0, "
                + "or give bubblewrap an AppArmor profile that allows userns."
        : Read(UserNamespaceCount) == "0"
            ? "User namespaces are switched off. Run as root: sysctl user.max_user_namespaces=10000"
        : Read(DebianSwitch) == "0"
            ? "User namespaces are switched off for users. Run as root: sysctl kernel.unprivileged_userns_clone=1"
        : "In a container, start it with: --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
            + "--security-opt systempaths=unconfined";

    /// <summary>Where it got no cgroup.</summary>
    public static string ForCgroups() =>
        IsContainer
            ? "Start the container as root inside, with --cgroupns=private and a writable /sys/fs/cgroup, which Docker gives with --privileged."
        : Environment.IsPrivilegedProcess
            ? "Mount cgroup v2 at /sys/fs/cgroup, writable, with memory, pids and cpu in its cgroup.controllers."
        : !File.Exists("/sys/fs/cgroup/cgroup.controllers")
            ? "Only root may use cgroup v1. Boot with systemd.unified_cgroup_hierarchy=1 for version 2, or start it as root."
        : "Start it in a cgroup of its own: systemd-run --user --scope -p Delegate=yes p38 … 'p38' does so by itself where the user's "
            + "systemd answers: log in as that user (su and sudo do not always), or run once: loginctl enable-linger USER, and set "
            + "XDG_RUNTIME_DIR=/run/user/UID.";

    /// <summary>Where a start waits for the kernel to move a process into its cgroup.</summary>
    public const string ForSlowJoining =
        "Run as root: mount -o remount,favordynmods /sys/fs/cgroup (since Linux 6.0), or: echo 1 > /sys/kernel/rcu_expedited. "
        + "Runs that wait ready hide most of it.";

    /// <summary>Where not even the level without namespaces works.</summary>
    public const string ForLandlock =
        "Landlock has to be in the kernel, version 3 of it (Linux 6.2), and switched on: 'landlock' in the list of its parameter lsm=.";

    /// <summary>Where a <c>runsc</c> is named and does not pass, or is asked for and not named.</summary>
    public static string ForRunsc(string? path) =>
        path is null
            ? "Install gVisor's runsc, and name it: P38_SANDBOX_RUNSC=/usr/bin/runsc."
            : $"P38_SANDBOX_RUNSC names {path}, and it does not pass. See what it says by itself, as a user who is not root: "
                + $"{path} --rootless --network=none do true. Or leave P38_SANDBOX_RUNSC out.";

    private static string Read(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : "";
}
