using System.Runtime.InteropServices;

namespace Project38.Cli.Servers;

/// <summary>A scope of the user's systemd around a server: a cgroup of its own, which the sandbox level <c>full</c> needs.</summary>
/// <remarks>
/// systemd gives a cgroup to whoever asks for it, and only to its owner; a login's own is root's. Asked for where it may help: on
/// cgroup v2, by a user who is not root and whose cgroup is not delegated already, as that of the service is.
/// </remarks>
internal static partial class CgroupScope
{
    private const string Root = "/sys/fs/cgroup";

    // Tried first, so that a server starts where no systemd of the user's answers, too. A scope becomes its command, in the
    // same process: whoever waits for it, or ends it, has the server.
    private const string Script = """
        scope='systemd-run --user --scope --collect --quiet --property=Delegate=yes --description=Project38 --'
        if $scope true </dev/null >/dev/null 2>&1; then exec $scope "$@"; fi
        exec "$@"
        """;

    /// <summary>A command, in a scope where that may help.</summary>
    public static string[] Around(params string[] command) =>
        MayHelp() ? ["/bin/sh", "-c", Script, "p38-scope", .. command] : command;

    private static bool MayHelp() =>
        !Environment.IsPrivilegedProcess
        && File.Exists($"{Root}/cgroup.controllers")
        && Own() is { } own
        && !IsDelegated(Root + own);

    /// <summary>This process's cgroup on version 2, without the leaf that a server moves into.</summary>
    private static string? Own()
    {
        const string Unified = "0::";
        const string Leaf = "/p38-platform";
        var line = File.ReadLines("/proc/self/cgroup")
            .FirstOrDefault(line => line.StartsWith(Unified, StringComparison.Ordinal))
            ?[Unified.Length..];
        return line is not null && line.EndsWith(Leaf, StringComparison.Ordinal) ? line[..^Leaf.Length] : line;
    }

    // systemd marks what it delegates, see systemd.resource-control(5), Delegate=.
    private static bool IsDelegated(string cgroup) => GetAttribute(cgroup, "user.delegate", 0, 0) >= 0;

    [LibraryImport("libc", EntryPoint = "getxattr", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetAttribute(string path, string name, nint value, nint size);
}
