using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Project38.Core.Harness.Repairs;

/// <summary>Registers what needs the factory, so that a node without one has the rest of the harness.</summary>
public static class RepairsRegistration
{
    /// <summary>Adds the repair of agents that were stopped. Needs Harness, Secrets and Factory.</summary>
    public static IServiceCollection AddRepairs(this IServiceCollection services)
    {
        services.AddOptions<RepairOptions>().BindConfiguration("Harness:Repairs").ValidateOnStart();
        services.AddSingleton<IValidateOptions<RepairOptions>, RepairOptionsValidator>();
        services.AddSingleton<RepairQueue>();
        services.AddSingleton<FailureReader>();
        services.AddSingleton<RepairEnds>();
        services.AddSingleton<AgentRepairs>();
        services.AddHostedService<RepairService>();
        return services;
    }
}
