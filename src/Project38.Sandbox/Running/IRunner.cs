namespace Project38.Sandbox.Running;

/// <summary>One way to contain a program: bubblewrap's namespaces, Landlock, or gVisor. The probe chooses.</summary>
internal interface IRunner
{
    /// <summary>Starts a program.</summary>
    /// <param name="spec">The program.</param>
    /// <param name="containment">What of this machine it is built with.</param>
    /// <param name="cancellationToken">Stops it before it is started, and not after.</param>
    /// <exception cref="ArgumentException">The spec is wrong; nothing was started.</exception>
    /// <exception cref="IOException">The machine refused a cgroup, a folder, a pipe or the process; nothing was started.</exception>
    Task<ContainedProcess> StartAsync(SandboxSpec spec, Containment containment, CancellationToken cancellationToken);
}
