using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Project38.Core.Harness.Queue;

/// <summary>The loop around <see cref="Retention"/>.</summary>
internal sealed class RetentionService(Retention retention, TimeProvider time, ILogger<RetentionService> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new DutyLoop("retention", time, logger).RunAsync(
            async cancellationToken =>
            {
                // First the wait: a node that starts has more urgent things to do, and a verb's server is gone by then.
                await Task.Delay(Every, time, cancellationToken);
                await retention.SweepAsync(cancellationToken);
            },
            stoppingToken
        );
}
