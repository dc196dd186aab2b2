using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Project38.Core.Harness.Repairs;

/// <summary>The loop around <see cref="AgentRepairs"/>, on nodes of every role: what it needs is a model.</summary>
internal sealed class RepairService(AgentRepairs repairs, TimeProvider time, ILogger<RepairService> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new DutyLoop("repair", time, logger).RunAsync(
            async cancellationToken =>
            {
                if (!await repairs.WorkAsync(cancellationToken))
                {
                    await Task.Delay(Every, time, cancellationToken);
                }
            },
            stoppingToken
        );
}
