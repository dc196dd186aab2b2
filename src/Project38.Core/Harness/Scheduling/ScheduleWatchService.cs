using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Project38.Core.Harness.Scheduling;

/// <summary>The loop around <see cref="ScheduleWatch"/>, on nodes of every role: it is for the case that no scheduler lives.</summary>
internal sealed class ScheduleWatchService(ScheduleWatch watch, TimeProvider time, ILogger<ScheduleWatchService> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Doubt = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new DutyLoop("watch over schedules", time, logger).RunAsync(
            async cancellationToken =>
            {
                await Task.Delay(Every, time, cancellationToken);
                if (await watch.FindAsync(cancellationToken) is not null)
                {
                    // A machine that slept, or a database that is back: the next tick catches up, and nobody need be told.
                    await Task.Delay(Doubt, time, cancellationToken);
                    await watch.AlertAsync(cancellationToken);
                }
            },
            stoppingToken
        );
}
