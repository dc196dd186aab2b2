namespace Project38.Sandbox.Probing;

/// <summary>The facts of a report, each failing one with what to do about it.</summary>
internal static class Facts
{
    private const string Python3 = "/usr/bin/python3";

    public static SandboxFact NoBubblewrap(string path) =>
        new("bubblewrap", false, $"{path} is not there or does not start.", "Run: apt-get install bubblewrap");

    public static SandboxFact Containment(bool works, SandboxExit exit, string said, SandboxOptions options) =>
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
                Ended(exit, said),
                exit.Level switch
                {
                    SandboxLevel.Vm => Advice.ForRunsc(options.RunscPath),
                    SandboxLevel.Degraded => Advice.ForLandlock,
                    _ => Advice.ForNamespaces(),
                }
            );

    /// <summary>How a canary ended that does not show what it is to show, and what it said; it may have said nothing.</summary>
    public static string Ended(SandboxExit exit, string said)
    {
        var how = exit switch
        {
            SandboxExit.Exited(var code) => $"It exited with {code}",
            SandboxExit.Signalled(var signal) => $"Signal {signal} ended it",
            SandboxExit.TimedOut(var limit) => $"It did not end within {limit.TotalSeconds:0.#} s",
            SandboxExit.NotStarted => "It did not start",
            _ => $"It ended as {exit.GetType().Name}",
        };
        var words = exit is SandboxExit.NotStarted { Reason.Length: > 0 } failed ? failed.Reason : said;
        return words.Length > 0 ? $"{how}: {words}" : $"{how}, and said nothing.";
    }

    /// <summary>Where not even what comes before bubblewrap can be started.</summary>
    public static SandboxFact NoStart(string detail) =>
        new(
            $"containment at {SandboxLevel.NoCgroup}",
            false,
            detail,
            "Programs have to be allowed in memory (vm.memfd_noexec below 2), or in the temporary folder (no noexec, and TMPDIR writable)."
        );

    public static SandboxFact NoLandlock(string detail) =>
        new($"containment at {SandboxLevel.Degraded}", false, detail, Advice.ForLandlock);

    public static SandboxFact NoRunsc(string detail, string? path) =>
        new($"containment at {SandboxLevel.Vm}", false, detail, Advice.ForRunsc(path));

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
        new("memory, CPU and process limits", works, detail, works ? null : Advice.ForCgroups());

    public static SandboxFact Joining(bool atOnce) =>
        atOnce
            ? new SandboxFact("joining a cgroup", true, "A process joins its cgroup at once.", null)
            : new SandboxFact(
                "joining a cgroup",
                false,
                "The kernel lets each start wait some 10 ms until it has joined its cgroup.",
                Advice.ForSlowJoining
            );

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
}
