using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Project38.Core.Harness.Approvals.Buttons;

namespace Project38.Core.Harness.Deliveries;

/// <summary>Registers what delivers, so that a node without channels has the rest of the harness.</summary>
public static class DeliveriesRegistration
{
    /// <summary>Adds the delivery of messages to channels, and what hears people's answers by them. Needs Harness, Secrets, and Tools with its channels.</summary>
    public static IServiceCollection AddDeliveries(this IServiceCollection services)
    {
        services.AddOptions<DeliveryOptions>().BindConfiguration("Harness:Deliveries").ValidateOnStart();
        services.AddSingleton<IValidateOptions<DeliveryOptions>, DeliveryOptionsValidator>();
        services.AddSingleton<DeliveryQueue>();
        services.AddSingleton<DeliveryEnds>();
        services.AddSingleton<DeliveryPump>();
        services.AddHostedService<DeliveryService>();
        services.AddSingleton<AskedBots>();
        services.AddSingleton<BotListener>();
        services.AddHostedService<ButtonService>();
        return services;
    }
}
