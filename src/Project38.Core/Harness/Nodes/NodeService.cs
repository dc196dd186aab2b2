using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Project38.Core.Harness.Nodes;

/// <summary>The loop around <see cref="NodeBook"/>.</summary>
internal sealed class NodeService(NodeBook book, TimeProvider time, ILogger<NodeService> logger) : BackgroundService
{
    private static readonly TimeSpan Every = Node.Silence / 6;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await book.LeaveAsync(patience.Token);
        }
        catch (Exception exception) when (DutyLoop.IsDatabaseFailure(exception) || patience.IsCancellationRequested)
        {
            // The others take it for dead soon enough.
            logger.NotLeft(exception);
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new DutyLoop("nodes", time, logger).RunAsync(
            async cancellationToken =>
            {
                await book.BeatAsync(cancellationToken);
                await book.SweepAsync(cancellationToken);
                await Task.Delay(Every, time, cancellationToken);
            },
            stoppingToken
        );
}
