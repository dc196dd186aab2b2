using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Notices;

/// <summary>Hears what other nodes say by <see cref="NoticeSender"/>, on a connection of its own.</summary>
/// <remarks>A pooler of transactions hands its sessions round, and what is listened to goes astray: then nobody listens.</remarks>
internal sealed class NoticeListener(
    NodeId node,
    IOptions<HarnessOptions> harness,
    HarnessSignals signals,
    TimeProvider time,
    ILogger<NoticeListener> logger
) : BackgroundService
{
    /// <summary>What the server calls its connection.</summary>
    public const string ApplicationName = "p38 notices";

    // A peer that is gone without a word is found out by it.
    private const int KeepAliveSeconds = 15;

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new DutyLoop("notices of other nodes", time, logger).RunAsync(ListenAsync, stoppingToken);

    // The life of one connection.
    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        var address = DatabaseUrl.Parse(harness.Value.ListenUrl!);
        (address.Pooling, address.KeepAlive, address.ApplicationName) = (false, KeepAliveSeconds, ApplicationName);
        await using var connection = new NpgsqlConnection(address.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        if (!await PostgresSession.IsOwnAsync(connection, cancellationToken))
        {
            logger.NotListening();
            await connection.CloseAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }

        connection.Notification += (_, notice) => Hear(notice);
        await using (var listen = connection.CreateCommand())
        {
            listen.CommandText = $"LISTEN {NoticeSender.Work}; LISTEN {NoticeSender.Finish}";
            await listen.ExecuteNonQueryAsync(cancellationToken);
        }
        // Whatever was said while nobody listened.
        signals.Work.Signal();
        signals.FinishedElsewhere();
        try
        {
            while (true)
            {
                await connection.WaitAsync(cancellationToken);
            }
        }
        catch (NpgsqlException exception)
        {
            logger.NoticesCut(exception);
        }
    }

    private void Hear(NpgsqlNotificationEventArgs notice)
    {
        if (notice.Payload == node.Value)
        {
            return;
        }
        if (notice.Channel == NoticeSender.Work)
        {
            signals.Work.Signal();
        }
        else
        {
            signals.FinishedElsewhere();
        }
    }
}
