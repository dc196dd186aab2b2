using Project38.Sandbox.Cgroups;

namespace Project38.Sandbox.Running;

/// <summary>What of this machine a run is built with.</summary>
/// <param name="Level">The level.</param>
/// <param name="Runner">What starts it.</param>
internal sealed record Containment(SandboxLevel Level, IRunner Runner)
{
    /// <summary>Where its cgroup is made; null at a level without one.</summary>
    public CgroupHierarchy? Cgroups { get; init; }

    /// <summary>Whether this bubblewrap knows <c>--disable-userns</c>.</summary>
    public bool DisablesUserNamespaces { get; init; }

    /// <summary>Whether programs can be forked here, each contained as one that is started anew.</summary>
    public bool Forks { get; init; }

    /// <summary>Starts a program: <see cref="IRunner.StartAsync"/>.</summary>
    public Task<ContainedProcess> StartAsync(SandboxSpec spec, CancellationToken cancellationToken) =>
        Runner.StartAsync(spec, this, cancellationToken);
}
