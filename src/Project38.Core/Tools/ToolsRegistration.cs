using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Project38.Core.Agents.Risks;
using Project38.Core.Approvals;
using Project38.Core.Models;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Core.Tools.Approvals;
using Project38.Core.Tools.Browser;
using Project38.Core.Tools.Clock;
using Project38.Core.Tools.Filesystem;
using Project38.Core.Tools.Http;
using Project38.Core.Tools.Http.Reading;
using Project38.Core.Tools.Llm;
using Project38.Core.Tools.Memory;
using Project38.Core.Tools.Notifications;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Core.Tools.Notifications.Deliveries;
using Project38.Core.Tools.Notifications.Sending;
using Project38.Core.Tools.Rates;
using Project38.Core.Tools.Registry;
using Project38.Core.Tools.Sessions;
using Project38.Sandbox;

namespace Project38.Core.Tools;

/// <summary>Registers the room.</summary>
public static class ToolsRegistration
{
    /// <summary>Adds the tools and their sessions, and what they use. Needs <c>AddStorage</c>.</summary>
    public static IServiceCollection AddTools(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddOptions<ToolLimits>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ToolLimits>, ToolLimitsValidator>());
        services.AddOptions<FilesystemOptions>().ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<FilesystemOptions>, FilesystemOptionsValidator>()
        );
        services.TryAddSingleton<Workspaces>();
        services.TryAddSingleton<NewDeliveries>();
        services.TryAddSingleton<Inbox>();
        services.AddEgress().AddModels();
        services.TryAddSingleton<HttpArguments>();
        services.AddApprovals();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IToolSource, ApprovalTools>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IToolSource, ClockTools>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IToolSource, FilesystemTools>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IToolSource, HttpTools>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IToolSource, ReadingTools>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IToolSource, LlmTools>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IToolSource, MemoryTools>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IToolSource, NotificationTools>());
        services.AddBrowsers();
        services.TryAddSingleton<RateBook>();
        services.TryAddSingleton<ToolRegistry>();
        services.TryAddSingleton<ToolRisks>();
        services.TryAddSingleton<FindRisks>(all => all.GetRequiredService<ToolRisks>().OfAsync);
        services.TryAddSingleton<ToolSessionFactory>();
        return services;
    }

    /// <summary>Adds channels beside the inbox, and what sends to them. Needs <see cref="AddTools"/> and Secrets.</summary>
    public static IServiceCollection AddChannels(this IServiceCollection services)
    {
        services.TryAddSingleton(all => new ChannelBook(
            all.GetRequiredService<IDbContextFactory<ProductDb>>(),
            all.GetRequiredService<SecretStore>(),
            all.GetRequiredService<NewDeliveries>()
        ));
        services.TryAddSingleton<ChannelSecrets>();
        services.TryAddSingleton<ChannelHttp>();
        services.TryAddSingleton<TelegramBot>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelSender, TelegramSender>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelSender, N8nSender>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelSender, WebhookSender>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelSender, SmtpSender>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelSender, SendGridSender>());
        services.TryAddSingleton(all => new ChannelSender(
            all.GetServices<IChannelSender>(),
            all.GetRequiredService<KnownSecrets>(),
            all.GetRequiredService<TimeProvider>(),
            all.GetRequiredService<ILogger<ChannelSender>>()
        ));
        return services;
    }

    private static void AddBrowsers(this IServiceCollection services)
    {
        services.AddSandbox();
        services.AddOptions<BrowserOptions>().ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<BrowserOptions>, BrowserOptionsValidator>()
        );
        services.TryAddSingleton<Browsers>();
        services.TryAddSingleton<BrowserCalls>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IToolSource, ActingTools>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IToolSource, SeeingTools>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IToolSource, KeepingTools>());
    }

    /// <summary>Adds the one way to the web alone, with its policy. Needs nothing.</summary>
    public static IServiceCollection AddEgress(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<EgressOptions>().ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<EgressOptions>, EgressOptionsValidator>()
        );
        services.TryAddSingleton<ResolveHost>(System.Net.Dns.GetHostAddressesAsync);
        services.TryAddSingleton<EgressPolicy>();
        services.TryAddSingleton<WebClient>();
        return services;
    }
}

[OptionsValidator]
internal sealed partial class ToolLimitsValidator : IValidateOptions<ToolLimits>;

[OptionsValidator]
internal sealed partial class FilesystemOptionsValidator : IValidateOptions<FilesystemOptions>;

[OptionsValidator]
internal sealed partial class BrowserOptionsValidator : IValidateOptions<BrowserOptions>;

[OptionsValidator]
internal sealed partial class EgressOptionsValidator : IValidateOptions<EgressOptions>;
