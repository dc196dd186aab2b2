using System.Globalization;
using Project38.Sandbox.Bubblewrap;

namespace Project38.Sandbox.Gvisor;

/// <summary>What a spec is as an OCI container: the root that bubblewrap builds, built by <c>runsc</c>.</summary>
internal static class OciSpec
{
    /// <summary>Of its bundle: what everything is mounted on.</summary>
    public const string Root = "rootfs";

    /// <summary>What of the host is in the root, beside <c>/usr</c> and its links.</summary>
    public const string LoaderCache = "/etc/ld.so.cache";

    private const int User = 1000;

    // The network is one without a device: the command line says so as well.
    private static readonly string[] Namespaces = ["pid", "network", "ipc", "uts", "mount"];

    private static readonly string[] Own = [$"uid={User}", $"gid={User}"];

    /// <summary>Gives the configuration.</summary>
    /// <param name="spec">The program.</param>
    /// <param name="files">Where the content of its files is on the host, in their order.</param>
    public static OciConfig From(SandboxSpec spec, IReadOnlyList<string> files) =>
        new(
            new OciProcess(
                new OciUser(User, User),
                [spec.Program, .. spec.Arguments],
                [.. spec.Environment.Select(entry => $"{entry.Key}={entry.Value}")],
                "/work",
                new OciCapabilities(),
                Limits(spec.Limits)
            ),
            new OciRoot(Root),
            [
                ReadOnly("/usr", "/usr"),
                .. File.Exists(LoaderCache) ? [ReadOnly(LoaderCache, LoaderCache)] : (OciMount[])[],
                new OciMount("/proc", "proc", "proc", ["ro", "nosuid", "noexec", "nodev"]),
                Scratch("/dev/shm", Math.Min(spec.Limits.ScratchBytes, 16 * 1024 * 1024)),
                Scratch("/tmp", spec.Limits.ScratchBytes),
                Scratch("/work", spec.Limits.ScratchBytes),
                .. spec.Mounts.Select(mount =>
                    ReadOnly(Path.GetFullPath(mount.HostPath), mount.InnerPath.TrimEnd('/'))
                ),
                .. spec.Files.Zip(files, (file, source) => ReadOnly(source, file.InnerPath)),
            ],
            new OciLinux([.. Namespaces.Select(type => new OciNamespace(type))])
        );

    /// <summary>Those that gVisor's kernel keeps by itself. It counts the threads of a user for <c>RLIMIT_NPROC</c>, as Linux does.</summary>
    private static OciLimit[] Limits(SandboxLimits limits) =>
        [
            new("RLIMIT_NPROC", limits.Processes),
            new("RLIMIT_NOFILE", BubblewrapCommand.MaxDescriptors),
            new("RLIMIT_FSIZE", limits.ScratchBytes),
            new("RLIMIT_MEMLOCK", 0),
            new("RLIMIT_CORE", 0),
        ];

    private static OciMount ReadOnly(string source, string destination) =>
        new(destination, "bind", source, ["rbind", "ro", "nosuid", "nodev"]);

    private static OciMount Scratch(string destination, long bytes) =>
        new(
            destination,
            "tmpfs",
            "tmpfs",
            [string.Create(CultureInfo.InvariantCulture, $"size={bytes}"), "mode=0755", .. Own, "nosuid", "nodev"]
        );
}
