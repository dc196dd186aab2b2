using System.Globalization;

namespace Project38.Sandbox.Bubblewrap;

/// <summary>The command line that builds the sandbox around a program, outermost layer first.</summary>
/// <remarks>
/// A program of ours, <c>launch.c</c>, joins the cgroups, because memory is charged to the cgroup in which it is first
/// touched, sets the resource limits, becomes the run's user (as root), and then bubblewrap, all of them one process. Inside,
/// the same program is the first process: it has the program wait at the gate, and tells how that ended. bubblewrap's own first process
/// could be written to by the program, whose user it has.
/// </remarks>
internal sealed class BubblewrapCommand
{
    /// <summary>The descriptor bubblewrap writes its status to.</summary>
    public const int StatusDescriptor = 3;

    /// <summary>The descriptor at which the gate waits for a line of the platform.</summary>
    public const int GateDescriptor = 4;

    /// <summary>The descriptor on which the first process says that the sandbox is built, and how the program ended.</summary>
    public const int ProgramDescriptor = 5;

    /// <summary>The other end of <see cref="StatusDescriptor"/>, which nobody reads.</summary>
    /// <remarks>
    /// Without it, a bubblewrap whose platform has died fails as it writes its status, and leaves its child waiting at an
    /// eventfd for good.
    /// </remarks>
    public const int StatusReaderDescriptor = 6;

    /// <summary>The descriptor of the program that comes before bubblewrap, and is the first process inside.</summary>
    public const int LaunchDescriptor = 7;

    /// <summary>The descriptor that the first process reads the program's seccomp filter from.</summary>
    public const int FilterDescriptor = 8;
    public const int FirstFileDescriptor = 9;

    /// <summary>Descriptors a run may have open, and so the most files that can be given to it by content.</summary>
    public const int MaxDescriptors = 256;

    // Of a process's own /proc, inside as well as outside: the program needs no place in the run's root.
    private static readonly string Launch = $"/proc/self/fd/{LaunchDescriptor}";

    // A number that launch.c leaves as it is.
    private const string Unset = "-";

    private const string LoaderCache = "/etc/ld.so.cache";

    // What bubblewrap's own /dev has, but for terminals: those need a namespace of users of their own.
    private static readonly string[] Devices = ["null", "zero", "full", "random", "urandom", "tty"];

    // The layout of the host's /usr differs by architecture: /lib64 is x64's alone.
    private static readonly string[] Roots = ["bin", "sbin", "lib", "lib64"];

    /// <summary>The bubblewrap program.</summary>
    public required string Bubblewrap { get; init; }

    /// <summary>What to run.</summary>
    public required SandboxSpec Spec { get; init; }

    /// <summary>The uid and gid to become first; null to stay who the platform is, which is not root then.</summary>
    public int? Uid { get; init; }

    /// <summary>The files by which a process joins its cgroups, one for each; none without cgroups.</summary>
    public IReadOnlyList<string> MembershipFiles { get; init; } = [];

    /// <summary>Whether limits of each process stand in for those of a cgroup, because there is none.</summary>
    public bool LimitsEachProcess { get; init; }

    /// <summary>Whether the program makes sandboxes itself, each with its own limits: a fork server.</summary>
    public bool Nests { get; init; }

    /// <summary>
    /// The descriptor at which bubblewrap waits until its namespace has its uids, which the platform writes; the one after
    /// it takes what it says meanwhile. Null: the run is uid 1000 inside, and nobody else.
    /// </summary>
    public int? UidsDescriptor { get; init; }

    /// <summary>Whether bubblewrap can forbid new user namespaces itself; the seccomp filter does so in any case.</summary>
    public bool DisablesUserNamespaces { get; init; }

    /// <summary>Holds the threads where no cgroup does: each costs the kernel memory that <c>RLIMIT_AS</c> does not count.</summary>
    /// <remarks>
    /// Inside, because there the kernel counts this user's processes in this namespace only. Before Linux 5.14 it counts all
    /// of the user's, so that a run whose user has many gets no threads.
    /// </remarks>
    private long? ThreadLimit => LimitsEachProcess ? Spec.Limits.Processes : null;

    /// <summary>The whole command, for <c>posix_spawn</c>.</summary>
    public IReadOnlyList<string> Build() =>
        [
            .. (string[])[Launch, "enter", Number(Uid)],
            // A fork server's children have their own limits.
            .. (string[])[Number(Nests ? null : Spec.Limits.ScratchBytes)],
            .. (string[])[Number(LimitsEachProcess ? Spec.Limits.MemoryBytes : null)],
            .. MembershipFiles,
            .. (string[])["--", Bubblewrap],
            .. Arguments(),
        ];

    private IEnumerable<string> Arguments() =>
        [
            .. Namespaces(),
            .. Root(),
            .. Contents(),
            // Last, because everything above makes its mount points in the root.
            .. (string[])["--remount-ro", "/", "--chdir", "/work"],
            .. (string[])["--json-status-fd", $"{StatusDescriptor}", "--as-pid-1"],
            .. (string[])["--", .. FirstProcess(), Spec.Program],
            .. Spec.Arguments,
        ];

    /// <summary>The first process inside, whose program waits until the platform lets it go on.</summary>
    /// <remarks>
    /// It and bubblewrap are bound to the platform by the time this speaks, so whatever runs behind it dies with the
    /// platform. A platform that dies earlier closes the pipe, which ends this and so the sandbox. bubblewrap's own
    /// <c>--block-fd</c> goes on at the end of its pipe as well, and so can only be made to wait for good.
    /// </remarks>
    private string[] FirstProcess() => [Launch, "watch", Number(ThreadLimit), Nests ? Unset : "answer"];

    private IEnumerable<string> Namespaces()
    {
        string[] user = UidsDescriptor is { } uids
            ? ["--unshare-user", "--userns-block-fd", $"{uids}", "--info-fd", $"{uids + 1}"]
            : ["--unshare-user", "--uid", "1000", "--gid", "1000"];
        string[] disable = DisablesUserNamespaces && !Nests ? ["--disable-userns"] : [];
        string[] others = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup"];
        string[] life = ["--die-with-parent", "--new-session", "--hostname", "sandbox", "--cap-drop", "ALL"];
        string[] may = UidsDescriptor is null ? [] : ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"];
        var environment = Spec.Environment.SelectMany(entry => new[] { "--setenv", entry.Key, entry.Value });
        return [.. user, .. disable, .. others, .. life, .. may, "--clearenv", .. environment];
    }

    private IEnumerable<string> Root()
    {
        var scratch = Spec.Limits.ScratchBytes.ToString(CultureInfo.InvariantCulture);
        var shared = Math.Min(Spec.Limits.ScratchBytes, 16 * 1024 * 1024).ToString(CultureInfo.InvariantCulture);
        return
        [
            .. (string[])["--ro-bind", "/usr", "/usr"],
            .. Roots
                .Where(name => Directory.Exists($"/usr/{name}"))
                .SelectMany(name => new[] { "--symlink", $"usr/{name}", $"/{name}" }),
            .. (string[])
                ["--perms", "0755", "--dir", "/etc", "--ro-bind-try", LoaderCache, LoaderCache, "--proc", "/proc"],
            .. Nests
                ? ["--perms", "0755", "--dir", "/dev", .. Devices.SelectMany(DeviceBind)]
                : (string[])["--dev", "/dev"],
            .. Nests ? [] : (string[])["--size", shared, "--tmpfs", "/dev/shm", "--remount-ro", "/dev"],
            .. (string[])["--size", scratch, "--tmpfs", "/tmp", "--size", scratch, "--tmpfs", "/work"],
        ];
    }

    private static IEnumerable<string> DeviceBind(string name) => ["--dev-bind", $"/dev/{name}", $"/dev/{name}"];

    private IEnumerable<string> Contents()
    {
        // bubblewrap would make them for itself alone; what is forked in here is another user to the kernel.
        var inner = Spec.Mounts.Select(mount => mount.InnerPath).Concat(Spec.Files.Select(file => file.InnerPath));
        foreach (var folder in inner.SelectMany(Parents).Distinct())
        {
            yield return "--perms";
            yield return "0755";
            yield return "--dir";
            yield return folder;
        }

        foreach (var mount in Spec.Mounts)
        {
            yield return "--ro-bind";
            yield return mount.HostPath;
            yield return mount.InnerPath;
        }

        for (var i = 0; i < Spec.Files.Count; i++)
        {
            yield return "--perms";
            yield return "0444";
            yield return "--ro-bind-data";
            yield return (FirstFileDescriptor + i).ToString(CultureInfo.InvariantCulture);
            yield return Spec.Files[i].InnerPath;
        }
    }

    /// <summary>The folders above a path, from the topmost on.</summary>
    private static IEnumerable<string> Parents(string path)
    {
        for (var end = path.IndexOf('/', 1); end > 0; end = path.IndexOf('/', end + 1))
        {
            yield return path[..end];
        }
    }

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? Unset;
}
