using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Project38.Core.Tools.Registry;
using Project38.Core.Tools.Sessions;

namespace Project38.Core.Tools;

/// <summary>Registers the room.</summary>
public static class ToolsRegistration
{
    /// <summary>Adds the tools and their sessions. Options come from the sections <c>Tools</c> and below.</summary>
    public static IServiceCollection AddTools(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddOptions<ToolLimits>().BindConfiguration("Tools").ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ToolLimits>, ToolLimitsValidator>());
        services.TryAddSingleton<ToolRegistry>();
        services.TryAddSingleton<ToolSessionFactory>();
        return services;
    }
}

[OptionsValidator]
internal sealed partial class ToolLimitsValidator : IValidateOptions<ToolLimits>;
