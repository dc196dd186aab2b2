using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Core.Tools.Notifications.Deliveries;
using Project38.Core.Tools.Notifications.Sending;

namespace Project38.Core.Harness.Deliveries;

/// <summary>Deliveries that a node has taken to send together: one, or those of a digest.</summary>
/// <param name="Channel">Where they go; null: it was taken away.</param>
/// <param name="Parts">The rows, oldest first, with their messages.</param>
/// <param name="ClaimedAt">By the database's clock.</param>
internal sealed record ClaimedBatch(Channel? Channel, IReadOnlyList<Delivery> Parts, DateTimeOffset ClaimedAt)
{
    /// <summary>What names the batch.</summary>
    public long Id => Parts[0].BatchId!.Value;

    /// <summary>Which attempt it is; the fence of the claim.</summary>
    public int Attempt => Parts[0].Attempts;
}

/// <summary>Gives each delivery to one node at a time.</summary>
/// <remarks>
/// On PostgreSQL a claim locks the channel's row first, and what it takes; SQLite's one writer needs no lock. So claims of one
/// channel come one after another: two nodes neither make two of a digest nor part one that is tried again, and what they go by
/// is what the channel is now. Whoever locks both takes the channel first.
/// </remarks>
internal sealed class DeliveryQueue(IDbContextFactory<ProductDb> databases, IOptions<DeliveryOptions> options)
{
    /// <summary>How long a claim holds: whoever sends has given up by then.</summary>
    public static readonly TimeSpan Lease = ChannelSender.Limit + TimeSpan.FromSeconds(70);

    // How often a channel is looked at that is switched off; switched on, it is looked at once.
    private static readonly TimeSpan Off = TimeSpan.FromHours(1);

    /// <summary>The channels for which something is due.</summary>
    public async Task<IReadOnlyList<string>> DueChannelsAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        return await Delivery
            .Due(db, now)
            .Select(delivery => delivery.Channel)
            .Distinct()
            .OrderBy(channel => channel)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Takes what is due first for a channel.</summary>
    /// <returns>Null: nothing is due, it must wait, or other nodes have it.</returns>
    public async Task<ClaimedBatch?> ClaimAsync(string channelName, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        var channel = await ChannelAsync(db, channelName, cancellationToken);
        if (channel is not null && HeldUntil(channel, now) is { } until)
        {
            await Delivery
                .WaitingFor(db, channelName)
                .Where(delivery => delivery.NextAttemptAt <= now)
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(delivery => delivery.Status, DeliveryStatus.Held)
                            .SetProperty(delivery => delivery.NextAttemptAt, until),
                    cancellationToken
                );
            await transaction.CommitAsync(cancellationToken);
            return null;
        }

        // By their numbers, whenever each was due: a batch is named by its first, and is the same the next time.
        List<Delivery> parts =
        [
            .. (await TakeAsync(db, channelName, channel, now, cancellationToken)).OrderBy(part => part.Id),
        ];
        if (parts.Count == 0)
        {
            return null;
        }
        foreach (var part in parts)
        {
            part.BatchId ??= parts[0].Id;
            part.Status = DeliveryStatus.Pending;
            part.Attempts++;
            part.NextAttemptAt = now + Lease;
        }
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        var ids = parts.Select(part => part.MessageId).ToList();
        await db.Inbox.Where(message => ids.Contains(message.Id)).LoadAsync(cancellationToken);
        db.ChangeTracker.Clear();
        return new ClaimedBatch(channel, parts, now);
    }

    private static DateTimeOffset? HeldUntil(Channel channel, DateTimeOffset now)
    {
        if (!channel.Enabled)
        {
            return now + Off;
        }
        var alone = channel.LeftAloneUntil > now ? channel.LeftAloneUntil.Value : now;
        var awake = ChannelHours.Of(channel).AwakeFrom(alone);
        return awake > now ? awake : null;
    }

    private static async Task<Channel?> ChannelAsync(ProductDb db, string name, CancellationToken cancellationToken)
    {
        var channel = await ChannelBook.FindAsync(db, name, cancellationToken);
        return channel is null || !db.IsPostgres
            ? channel
            : await db
                .Channels.FromSql($"SELECT * FROM channels WHERE id = {channel.Id} FOR UPDATE")
                .AsNoTracking()
                .SingleOrDefaultAsync(cancellationToken);
    }

    private async Task<List<Delivery>> TakeAsync(
        ProductDb db,
        string name,
        Channel? channel,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var first = await Locked(db, name, now, batch: null, most: 1).ToListAsync(cancellationToken);
        if (first is not [var oldest] || (oldest.BatchId is null && channel?.Digest is null))
        {
            return first;
        }

        // What went out together before is sent together again, as the same; what was never sent joins the digest.
        var most = oldest.BatchId is null ? options.Value.PerDigest : int.MaxValue;
        return await Locked(db, name, now, oldest.BatchId ?? 0, most).ToListAsync(cancellationToken);
    }

    // batch: null, any; 0, those that were never sent.
    private static IQueryable<Delivery> Locked(ProductDb db, string name, DateTimeOffset now, long? batch, int most)
    {
        if (db.IsPostgres)
        {
            return db.Deliveries.FromSql(
                $"""
                SELECT * FROM deliveries
                WHERE status IN ('pending', 'held') AND next_attempt_at <= {now} AND channel = {name}
                    AND ({batch}::bigint IS NULL OR COALESCE(batch_id, 0) = {batch})
                ORDER BY next_attempt_at, id LIMIT {most} FOR UPDATE SKIP LOCKED
                """
            );
        }
        return Delivery
            .Due(db, now)
            .Where(delivery => delivery.Channel == name)
            .Where(delivery => batch == null || (delivery.BatchId ?? 0) == batch)
            .OrderBy(delivery => delivery.NextAttemptAt)
            .ThenBy(delivery => delivery.Id)
            .Take(most);
    }
}
