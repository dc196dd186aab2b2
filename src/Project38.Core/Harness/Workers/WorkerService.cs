using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Project38.Core.Harness.Queue;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Workers;

/// <summary>The loop around <see cref="WorkerPool"/>: claims when told that there is work, and now and then anyway.</summary>
internal sealed class WorkerService(
    WorkerPool pool,
    QueueMaintenance maintenance,
    IDbContextFactory<ProductDb> databases,
    IOptions<HarnessOptions> harness,
    IOptions<QueueOptions> queue,
    HarnessSignals signals,
    TimeProvider time,
    ILogger<WorkerService> logger
) : BackgroundService
{
    private ClaimScope _scope = ClaimScope.All;

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before anybody can start something by hand: what was started after this is what an embedded server runs.
        _scope = await ScopeAsync(cancellationToken);
        await maintenance.EndLeasesOfTheDeadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        // At once, and not when the loop comes to see it: a run that ends meanwhile claims with its completion.
        pool.StopClaiming();
        return base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await new DutyLoop("workers", time, logger).RunAsync(TurnAsync, stoppingToken);
        }
        finally
        {
            await pool.DrainAsync();
        }
    }

    private async Task TurnAsync(CancellationToken cancellationToken)
    {
        if (!await pool.FillAsync(_scope))
        {
            await signals.Work.SleepAsync(queue.Value.Poll, cancellationToken);
        }
        if (pool.Broken.IsFaulted)
        {
            await pool.Broken;
        }
    }

    private async Task<ClaimScope> ScopeAsync(CancellationToken cancellationToken)
    {
        if (!harness.Value.Embedded)
        {
            return ClaimScope.All with { Labels = harness.Value.Labels };
        }
        await using var db = databases.CreateDbContext();
        return new ClaimScope(await DatabaseClock.NowAsync(db, cancellationToken)) { Labels = harness.Value.Labels };
    }
}
