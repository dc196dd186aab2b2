using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Project38.Core.Harness.Queue;

/// <summary>The loop around <see cref="QueueMaintenance"/>.</summary>
internal sealed class MaintenanceService(
    QueueMaintenance maintenance,
    TimeProvider time,
    ILogger<MaintenanceService> logger
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new DutyLoop("queue maintenance", time, logger).RunAsync(
            async cancellationToken =>
            {
                await maintenance.RunAsync(cancellationToken);
                await Task.Delay(Every, time, cancellationToken);
            },
            stoppingToken
        );
}
