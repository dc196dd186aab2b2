using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tools.External.Connecting;
using Project38.Core.Tools.Notifications;

namespace Project38.Core.Tools.External;

/// <summary>Registers tool servers.</summary>
public static class ExternalToolsRegistration
{
    /// <summary>Adds tool servers, and their tools to the sessions of runs. Needs <c>AddTools</c>, Secrets and the sandbox.</summary>
    public static IServiceCollection AddExternalTools(this IServiceCollection services)
    {
        services.AddOptions<ExternalOptions>().ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<ExternalOptions>, ExternalOptionsValidator>()
        );
        services.TryAddSingleton<ServerSecrets>();
        services.TryAddSingleton<ServerConnector>();
        services.TryAddSingleton(all => new ToolServerBook(
            all.GetRequiredService<IDbContextFactory<ProductDb>>(),
            all.GetRequiredService<SecretStore>(),
            all.GetRequiredService<HomeFolder>(),
            all.GetRequiredService<ServerConnector>(),
            all.GetRequiredService<Inbox>()
        ));
        services.TryAddSingleton(all => new ExternalTools(
            all.GetRequiredService<ToolServerBook>(),
            all.GetRequiredService<ServerConnector>(),
            all.GetRequiredService<KnownSecrets>(),
            all.GetRequiredService<IOptions<ExternalOptions>>()
        ));
        return services;
    }
}

[OptionsValidator]
internal sealed partial class ExternalOptionsValidator : IValidateOptions<ExternalOptions>;
