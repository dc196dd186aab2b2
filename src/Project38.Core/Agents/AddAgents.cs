using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Project38.Core.Agents.Versions;

namespace Project38.Core.Agents;

/// <summary>Registers the room.</summary>
public static class AgentsRegistration
{
    /// <summary>Adds <see cref="AgentRegister"/> and <see cref="VersionRegister"/>; needs Storage.</summary>
    public static IServiceCollection AddAgents(this IServiceCollection services)
    {
        services.TryAddSingleton<AgentRegister>();
        services.TryAddSingleton<VersionRegister>();
        return services;
    }
}
