using static Project38.Sandbox.SandboxExit;

namespace Project38.Sandbox.Tests.Attacks;

/// <summary>
/// What is otherwise for a run that has a kernel of its own, gVisor's: attempts that work there, and reach nothing of the machine. All
/// else is held as at <see cref="SandboxLevel.Full"/>.
/// </summary>
internal static class OnItsOwnKernel
{
    private static readonly Dictionary<string, string[]> s_open = new()
    {
        // It has a /sys, a log, priorities, queues and sockets of its own; the sockets' network is a loopback, and that is empty.
        ["host_files"] = ["the devices of the kernel"],
        ["kernel_memory"] = ["log, by syslog"],
        ["become_root"] = ["priority"],
        ["shared_ipc"] = ["shared memory", "messages", "semaphores"],
        ["socket_families"] = ["IPv4", "IPv6", "Unix", "netlink"],
        ["device_nodes"] = ["device", "device in /dev/shm", "named pipe", "node", "extended attribute"],
        ["io_uring"] = ["io_uring"],
        ["new_namespaces"] =
        [
            .. new[] { "mount", "uts", "ipc", "net", "cgroup", "pid" }.Select(name => $"clone {name}"),
            .. new[] { "user", "mount", "uts", "ipc", "net", "cgroup", "time", "pid" }.Select(name =>
                $"unshare {name}"
            ),
        ],
        // Its own count of a thread's time is not the machine's; RunscTests looks at that.
        ["processor"] = ["a fifth of a core"],
        // Within the memory that it may have.
        ["inode_fill"] = ["20,000 files"],
    };

    private static readonly Dictionary<string, Type> s_ends = new()
    {
        ["calls_of_x32"] = typeof(Exited),
        ["inode_fill"] = typeof(Exited),
        // A process takes more memory there, and 64 of them more than there is.
        ["process_bomb"] = typeof(OutOfMemory),
    };

    /// <summary>The attempts that work.</summary>
    public static IReadOnlyList<string> Open(string attack) => s_open.GetValueOrDefault(attack, []);

    /// <summary>How an attack ends.</summary>
    public static Type End(Attack attack) => s_ends.GetValueOrDefault(attack.Name, attack.End);
}
