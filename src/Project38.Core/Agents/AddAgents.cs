using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Project38.Core.Agents;

/// <summary>Registers the room.</summary>
public static class AgentsRegistration
{
    /// <summary>Adds <see cref="AgentRegister"/>; needs Storage.</summary>
    public static IServiceCollection AddAgents(this IServiceCollection services)
    {
        services.TryAddSingleton<AgentRegister>();
        return services;
    }
}
