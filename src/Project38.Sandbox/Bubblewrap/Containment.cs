using Project38.Sandbox.Cgroups;

namespace Project38.Sandbox.Bubblewrap;

/// <summary>What of this machine a run is built with.</summary>
/// <param name="Level">The level.</param>
/// <param name="Cgroups">Where its cgroup is made; null at a level without one.</param>
/// <param name="DisablesUserNamespaces">Whether this bubblewrap knows <c>--disable-userns</c>.</param>
internal sealed record Containment(SandboxLevel Level, CgroupHierarchy? Cgroups, bool DisablesUserNamespaces)
{
    /// <summary>Whether programs can be forked here, each contained as one that is started anew.</summary>
    public bool Forks { get; init; }
}
