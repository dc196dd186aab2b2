using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Project38.Core.Secrets;

/// <summary>Registers the room.</summary>
public static class SecretsRegistration
{
    /// <summary>Adds <see cref="SecretStore"/> and <see cref="KnownSecrets"/>. Needs Storage.</summary>
    public static IServiceCollection AddSecrets(
        this IServiceCollection services,
        Action<SecretOptions>? configure = null
    )
    {
        services.AddOptions<SecretOptions>().Configure(configure ?? (_ => { }));
        services.TryAddSingleton<KnownSecrets>();
        services.TryAddSingleton<MasterKeys>();
        services.TryAddSingleton(all => new SecretStore(
            all.GetRequiredService<Storage.ProductDbFactory>(),
            all.GetRequiredService<MasterKeys>(),
            all.GetRequiredService<KnownSecrets>()
        ));
        return services;
    }
}
