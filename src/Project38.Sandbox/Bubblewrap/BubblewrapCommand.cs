using System.Globalization;
using System.Text;

namespace Project38.Sandbox.Bubblewrap;

/// <summary>The command line that builds the sandbox around a program, outermost layer first.</summary>
/// <remarks>
/// A shell joins the cgroups, because memory is charged to the cgroup in which it is first touched, and sets the resource
/// limits; then it becomes setpriv (as root), then bubblewrap, all of them one process. Inside, a second shell waits at the
/// gate, and becomes the program.
/// </remarks>
internal sealed class BubblewrapCommand
{
    /// <summary>The descriptor bubblewrap writes its status to.</summary>
    public const int StatusDescriptor = 3;

    /// <summary>The descriptor at which the gate waits for a line of the platform.</summary>
    public const int GateDescriptor = 4;

    /// <summary>The descriptor on which the gate says that the sandbox is built and the program is there.</summary>
    public const int ReadyDescriptor = 5;

    /// <summary>The other end of <see cref="StatusDescriptor"/>, which nobody reads.</summary>
    /// <remarks>
    /// Without it, a bubblewrap whose platform has died fails as it writes its status, and leaves its child waiting at an
    /// eventfd for good.
    /// </remarks>
    public const int StatusReaderDescriptor = 6;

    /// <summary>The descriptor bubblewrap reads the seccomp filter from.</summary>
    public const int SeccompDescriptor = 7;
    public const int FirstFileDescriptor = 8;

    /// <summary>Descriptors a run may have open, and so the most files that can be given to it by content.</summary>
    public const int MaxDescriptors = 256;

    /// <summary>The first program inside: waits until the platform lets it go on, and becomes the program.</summary>
    /// <remarks>
    /// bubblewrap and its init are bound to the platform by the time this speaks, so whatever runs behind it dies with the
    /// platform. A platform that dies earlier closes the pipe, which ends this and so the sandbox. bubblewrap's own
    /// <c>--block-fd</c> goes on at the end of its pipe as well, and so can only be made to wait for good.
    /// </remarks>
    private static readonly string Gate =
        """[ -f "$1" ] && [ -x "$1" ] || { echo "There is no program $1." >&2; exit 127; }; """
        + $"echo >&{ReadyDescriptor}; read -r go <&{GateDescriptor} || exit; "
        + $"exec {GateDescriptor}<&- {ReadyDescriptor}>&- {StatusReaderDescriptor}<&-; "
        + """exec "$@" """;

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

    /// <summary>The whole command, for <c>posix_spawn</c>.</summary>
    public IReadOnlyList<string> Build() =>
        ["/bin/sh", "-c", Script(), "sandbox", .. BecomeUid(), Bubblewrap, .. Arguments()];

    private string Script()
    {
        var script = new StringBuilder("set -e; cd /; ");
        foreach (var file in MembershipFiles)
        {
            script.Append(CultureInfo.InvariantCulture, $"echo 0 > {Quote(file)}; ");
        }

        // dash counts file sizes in blocks of 512 bytes, the rest in kilobytes.
        var limits = Spec.Limits;
        script.Append(CultureInfo.InvariantCulture, $"ulimit -c 0; ulimit -n {MaxDescriptors}; ulimit -l 0; ");
        if (!Nests)
        {
            script.Append(CultureInfo.InvariantCulture, $"ulimit -f {(limits.ScratchBytes + 511) / 512}; ");
        }

        if (LimitsEachProcess)
        {
            script.Append(CultureInfo.InvariantCulture, $"ulimit -v {limits.MemoryBytes / 1024}; ");
        }

        return script.Append("exec \"$@\"").ToString();
    }

    private IEnumerable<string> BecomeUid() =>
        Uid is { } uid
            ? ["setpriv", $"--reuid={uid}", $"--regid={uid}", "--clear-groups", "--inh-caps=-all", "--"]
            : [];

    private IEnumerable<string> Arguments() =>
        [
            .. Namespaces(),
            .. Root(),
            .. Contents(),
            // Last, because everything above makes its mount points in the root.
            .. (string[])["--remount-ro", "/", "--chdir", "/work"],
            .. (string[])["--json-status-fd", $"{StatusDescriptor}", "--seccomp", $"{SeccompDescriptor}"],
            .. (string[])["--", "/bin/sh", "-c", ThreadLimit() + Gate, "gate", Spec.Program],
            .. Spec.Arguments,
        ];

    /// <summary>Holds the threads where no cgroup does: each costs the kernel memory that <c>RLIMIT_AS</c> does not count.</summary>
    /// <remarks>
    /// Inside, because there the kernel counts this user's processes in this namespace only. Before Linux 5.14 it counts all
    /// of the user's, so that a run whose user has many gets no threads.
    /// </remarks>
    private string ThreadLimit()
    {
        // The letter is bash's, and then dash's.
        var count = Spec.Limits.Processes.ToString(CultureInfo.InvariantCulture);
        return LimitsEachProcess ? $"ulimit -u {count} 2>/dev/null || ulimit -p {count} || exit; " : "";
    }

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

    /// <summary>A path as one word of a shell.</summary>
    public static string Quote(string path) => $"'{path.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
