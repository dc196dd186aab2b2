namespace Project38.Sandbox;

/// <summary>How strongly a run is contained. A higher value contains more.</summary>
public enum SandboxLevel
{
    /// <summary>Nothing contains the run. Always refused.</summary>
    None = 0,

    /// <summary>Landlock and seccomp only. Refused unless a person allows it by name.</summary>
    Degraded = 1,

    /// <summary>Namespaces and seccomp; memory by <c>RLIMIT_AS</c>, and one process.</summary>
    NoCgroup = 2,

    /// <summary>Own uid, cgroup, namespaces, seccomp allowlist, limits on space, output and time.</summary>
    Full = 3,

    /// <summary>A virtual machine or gVisor that passed the probe.</summary>
    Vm = 4,
}
