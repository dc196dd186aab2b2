using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Project38.Core.Tools.Notifications.Deliveries;

namespace Project38.Core.Harness.Deliveries;

/// <summary>The loop around <see cref="DeliveryPump"/>, on nodes of every role: woken by what is committed here, else by its poll.</summary>
internal sealed class DeliveryService(
    DeliveryPump pump,
    NewDeliveries news,
    HarnessSignals signals,
    IOptions<DeliveryOptions> options,
    TimeProvider time,
    ILogger<DeliveryService> logger
) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        news.Heard = signals.Deliveries.Signal;
        await new DutyLoop("deliveries", time, logger).RunAsync(
            async cancellationToken =>
            {
                await pump.TurnAsync(cancellationToken);
                await signals.Deliveries.SleepAsync(options.Value.Poll, cancellationToken);
            },
            stoppingToken
        );
        await pump.DrainAsync();
    }
}
