namespace Project38.Sandbox.Tests.Attacks;

/// <summary>As whom, and where, an attack is run outside.</summary>
internal enum Footing
{
    /// <summary>As the user of the tests.</summary>
    User,

    /// <summary>As a user with no rights: the tests' own, unless that is root.</summary>
    Nobody,

    /// <summary>As root in namespaces of its own, below a first process that is its own too: it can harm nobody else there.</summary>
    OwnNamespaces,
}

internal static class FootingCommand
{
    /// <summary>The command that comes before the attack's.</summary>
    public static string[] Command(this Footing footing) =>
        footing switch
        {
            Footing.Nobody when Environment.IsPrivilegedProcess =>
            [
                "/usr/bin/setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
            ],
            Footing.OwnNamespaces =>
            [
                .. "/usr/bin/unshare --map-root-user --mount --net --uts --ipc --cgroup --pid --fork --mount-proc".Split(
                    ' '
                ),
                .. (string[])["/bin/sh", "-c", "\"$@\"; exit $?", "sh"],
            ],
            _ => [],
        };
}
