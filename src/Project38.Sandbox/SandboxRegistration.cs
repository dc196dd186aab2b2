using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Project38.Sandbox.Staging;

namespace Project38.Sandbox;

/// <summary>Registers the sandbox.</summary>
public static class SandboxRegistration
{
    /// <summary>Adds <see cref="ISandbox"/> and <see cref="StagingArea"/>, configured by <see cref="SandboxOptions"/>.</summary>
    public static IServiceCollection AddSandbox(this IServiceCollection services)
    {
        services.AddOptions<SandboxOptions>().ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<SandboxOptions>, SandboxOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ISandbox, BubblewrapSandbox>();
        services.TryAddSingleton<StagingArea>();
        return services;
    }
}
