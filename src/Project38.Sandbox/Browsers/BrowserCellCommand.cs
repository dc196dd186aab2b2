using System.Text;
using Project38.Sandbox.Native;

namespace Project38.Sandbox.Browsers;

/// <summary>The bubblewrap command of a cell.</summary>
/// <remarks>
/// Its own namespaces for everything, the network first: inside there is a loopback on which one socket listens, and that
/// socket is the platform's. Namespaces of users stay allowed, and there is no seccomp filter of ours: the browser makes its own
/// sandbox of both, within this one, for each of its processes that reads pages.
/// </remarks>
internal static class BrowserCellCommand
{
    private const string Name = "browser";

    private static readonly string[] Roots = ["bin", "sbin", "lib", "lib64"];

    // The loader's cache, and what a page is drawn with.
    private static readonly string[] Settings =
    [
        "/etc/ld.so.cache",
        "/etc/fonts",
        "/etc/alternatives",
        "/etc/ssl/certs",
    ];

    /// <summary>The whole command, to which the driver's arguments are added.</summary>
    public static IReadOnlyList<string> Build(string bubblewrap, BrowserCellSpec spec) =>
        [
            .. (string[])[bubblewrap, "--unshare-user", "--uid", "1000", "--gid", "1000"],
            .. (string[])["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup"],
            .. (string[])["--die-with-parent", "--new-session", "--hostname", Name, "--cap-drop", "ALL"],
            .. (string[])["--clearenv", "--setenv", "HOME", "/tmp", "--setenv", "PATH", "/usr/bin:/bin"],
            // What the driver hands on is bounded by what it can hold.
            .. (string[])["--setenv", "NODE_OPTIONS", "--max-old-space-size=256"],
            .. (string[])["--ro-bind", "/usr", "/usr"],
            .. Roots
                .Where(root => Directory.Exists($"/usr/{root}"))
                .SelectMany(root => new[] { "--symlink", $"usr/{root}", $"/{root}" }),
            .. Settings.SelectMany(path => new[] { "--ro-bind-try", path, path }),
            .. spec.ReadableFolders.SelectMany(path => new[] { "--ro-bind", path, path }),
            .. (string[])["--proc", "/proc", "--dev", "/dev"],
            .. (string[])["--size", $"{spec.ScratchBytes}", "--tmpfs", "/dev/shm"],
            .. (string[])["--size", $"{spec.ScratchBytes}", "--tmpfs", "/tmp"],
            .. (string[])["--remount-ro", "/", "--chdir", "/tmp", "--", "/usr/bin/python3", "-I", "-S", "-c"],
            .. (string[])
                [Encoding.UTF8.GetString(Embedded.Read("inside.py")), $"{BrowserCell.WayOutPort}", spec.Driver],
        ];
}
