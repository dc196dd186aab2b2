using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Project38.Core.Harness.Scheduling;

/// <summary>The loop around <see cref="ScheduleWatch"/>, on nodes of every role: it is for the case that no scheduler lives.</summary>
internal sealed class ScheduleWatchService(ScheduleWatch watch, TimeProvider time, ILogger<ScheduleWatchService> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new DutyLoop("watch over schedules", time, logger).RunAsync(
            async cancellationToken =>
            {
                // First: a scheduler that starts with this node has its first ticks before anybody complains.
                await Task.Delay(Every, time, cancellationToken);
                await watch.AlertAsync(cancellationToken);
            },
            stoppingToken
        );
}
