using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Project38.Core.Models.Calls;
using Project38.Core.Secrets;

namespace Project38.Core.Models;

/// <summary>Registers the room.</summary>
public static class ModelsRegistration
{
    /// <summary>Adds <see cref="LanguageModel"/>. Needs Storage.</summary>
    public static IServiceCollection AddModels(this IServiceCollection services)
    {
        services.AddOptions<ModelOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ModelOptions>, ModelOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(ModelEnvironment.OfProcess);
        services.TryAddSingleton<KnownSecrets>();
        services.TryAddSingleton<ModelKeys>();
        services.TryAddSingleton<ModelPrices>();
        services.TryAddSingleton<ModelCallBook>();
        services.TryAddSingleton<KeepCall>(all => all.GetRequiredService<ModelCallBook>().KeepAsync);
        services.TryAddSingleton<LanguageModel>();
        return services;
    }
}

[OptionsValidator]
internal sealed partial class ModelOptionsValidator : IValidateOptions<ModelOptions>;
