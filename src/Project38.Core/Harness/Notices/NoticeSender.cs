using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Notices;

/// <summary>Tells the other nodes on PostgreSQL what happened on this one: that work is due, that a task has finished.</summary>
/// <remarks>
/// After the commit, and not in it: PostgreSQL lets transactions that notify commit one at a time only, which would hold
/// up every start and every result. Whatever happens while one notice is under way shares the next. One that is lost
/// costs a poll.
/// </remarks>
internal sealed class NoticeSender(
    IDbContextFactory<ProductDb> databases,
    NodeId node,
    HarnessSignals signals,
    TimeProvider time,
    ILogger<NoticeSender> logger
) : BackgroundService
{
    /// <summary>The channel that says: a task is due.</summary>
    public const string Work = "p38_work";

    /// <summary>The channel that says: a task has finished.</summary>
    public const string Finish = "p38_finished";

    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using (var db = databases.CreateDbContext())
        {
            if (!db.IsPostgres)
            {
                return;
            }
        }
        await new DutyLoop("notices", time, logger).RunAsync(TurnAsync, stoppingToken);
    }

    private async Task TurnAsync(CancellationToken cancellationToken)
    {
        await signals.News.SleepAsync(LongestSleep, cancellationToken);
        var (work, finish) = signals.TakeNews();
        string[] channels = [.. work ? [Work] : Array.Empty<string>(), .. finish ? [Finish] : Array.Empty<string>()];
        if (channels.Length > 0)
        {
            await using var db = databases.CreateDbContext();
            await db.Database.ExecuteSqlRawAsync(
                "SELECT pg_notify(channel, {1}) FROM unnest({0}) channel",
                [channels, node.Value],
                cancellationToken
            );
            await Task.Delay(Pace, time, cancellationToken);
        }
    }
}
