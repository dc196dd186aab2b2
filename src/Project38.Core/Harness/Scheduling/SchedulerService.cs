using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Project38.Core.Harness.Scheduling;

/// <summary>The loop around <see cref="Tick"/>: sleeps until the next fire, or until a schedule changes.</summary>
internal sealed class SchedulerService(
    Tick tick,
    HarnessSignals signals,
    TimeProvider time,
    ILogger<SchedulerService> logger
) : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new DutyLoop("scheduler", time, logger).RunAsync(TurnAsync, stoppingToken);

    private async Task TurnAsync(CancellationToken cancellationToken)
    {
        var sleep = await tick.RunAsync(cancellationToken);
        // A due agent may be in the hands of another node. Else in whole milliseconds, as timers count: one that was cut
        // to them would end before the fire.
        var milliseconds = sleep > TimeSpan.Zero ? Math.Ceiling(sleep.TotalMilliseconds) : 10;
        await signals.Schedules.SleepAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);
    }
}
