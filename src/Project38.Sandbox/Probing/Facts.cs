using Project38.Sandbox.Running;

namespace Project38.Sandbox.Probing;

/// <summary>The facts of a report, each failing one with what to do about it.</summary>
internal static class Facts
{
    private const string Python3 = "/usr/bin/python3";
    private const string AppArmorSwitch = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";
    private const string UserNamespaceCount = "/proc/sys/user/max_user_namespaces";

    public static SandboxFact NoBubblewrap(string path) =>
        new("bubblewrap", false, $"{path} is not there or does not start.", "Run: apt-get install bubblewrap");

    public static SandboxFact Containment(bool works, SandboxExit exit, string said) =>
        works
            ? new SandboxFact(
                $"containment at {exit.Level}",
                true,
                "A program looked about and found itself contained.",
                null
            )
            : new SandboxFact(
                $"containment at {exit.Level}",
                false,
                $"{exit.GetType().Name}: {(exit as SandboxExit.NotStarted)?.Reason ?? said}",
                exit.Level == SandboxLevel.Degraded ? LandlockAdvice : NamespaceAdvice()
            );

    public static SandboxFact NoLandlock(string detail) =>
        new($"containment at {SandboxLevel.Degraded}", false, detail, LandlockAdvice);

    /// <summary>For a level that contains something, and less than whoever set up the platform asks for.</summary>
    public static SandboxFact Permission(SandboxLevel level, SandboxLevel least) =>
        new(
            $"permission for {level}",
            false,
            $"A program would be contained at {level}, and {least} is the least that is allowed, so nothing runs.",
            "Mend what is named before this; or allow it by its name: P38_SANDBOX_LEAST="
                + (level == SandboxLevel.NoCgroup ? "no-cgroup." : $"{level.ToString().ToLowerInvariant()}.")
        );

    public static SandboxFact Cgroup(bool works, string detail) =>
        new("memory, CPU and process limits", works, detail, works ? null : CgroupAdvice());

    public static SandboxFact Forks(bool works, string detail) =>
        new(
            "fork server",
            works,
            detail,
            works ? null : "Runs are started anew instead, which is slower. Nothing else changes."
        );

    public static SandboxFact Python() =>
        File.Exists(Python3)
            ? new SandboxFact("python3", true, Python3, null)
            : new SandboxFact("python3", false, $"{Python3} is not there.", "Run: apt-get install python3");

    private const string LandlockAdvice =
        "Landlock has to be in the kernel, version 3 of it (Linux 6.2), and switched on: 'landlock' in the list of its parameter lsm=.";

    private static string NamespaceAdvice()
    {
        if (ReadSwitch(AppArmorSwitch) == "1")
        {
            return "AppArmor forbids user namespaces. Run as root: sysctl kernel.apparmor_restrict_unprivileged_userns=0, "
                + "or give bubblewrap an AppArmor profile that allows userns.";
        }

        return ReadSwitch(UserNamespaceCount) == "0"
            ? "User namespaces are switched off. Run as root: sysctl user.max_user_namespaces=10000"
            : "In a container, start it with: --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
                + "--security-opt systempaths=unconfined";
    }

    private static string CgroupAdvice() =>
        RunHost.IsRoot
            ? "In a container, start it with: --cgroupns=private and a writable /sys/fs/cgroup."
            : "Start it in a cgroup of its own: systemd-run --user --scope -p Delegate=yes p38 …";

    private static string ReadSwitch(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : "";
}
