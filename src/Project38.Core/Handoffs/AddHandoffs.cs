using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Project38.Core.Handoffs;

/// <summary>Registers the room.</summary>
public static class HandoffsRegistration
{
    /// <summary>Adds <see cref="HandoffStore"/> and <see cref="HandoffBook"/>; needs Storage.</summary>
    public static IServiceCollection AddHandoffs(
        this IServiceCollection services,
        Action<HandoffOptions>? configure = null
    )
    {
        services
            .AddOptions<HandoffOptions>()
            .Configure(configure ?? (_ => { }))
            .Validate(
                given => given.TimeToLive > TimeSpan.Zero && given.TimeToLive <= TimeSpan.FromDays(36_500),
                "Handoffs:TimeToLive is more than zero, and at most 100 years."
            )
            .ValidateOnStart();
        services.TryAddSingleton<HandoffStore>();
        services.TryAddSingleton<HandoffBook>();
        return services;
    }
}
