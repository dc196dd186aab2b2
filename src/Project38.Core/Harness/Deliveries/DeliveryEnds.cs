using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Core.Tools.Notifications.Deliveries;
using Project38.Core.Tools.Notifications.Sending;

namespace Project38.Core.Harness.Deliveries;

/// <summary>Records what came of an attempt, each in one commit with what follows from it.</summary>
internal sealed class DeliveryEnds(IDbContextFactory<ProductDb> databases, IOptions<DeliveryOptions> options)
{
    private const double Jitter = 0.1;

    // However long a peer wants to be left alone.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>Why a batch is not to be sent any more, before anybody has tried; null: it is.</summary>
    public string? WhyNot(ClaimedBatch batch) =>
        batch.Channel is null ? Delivery.ChannelIsGone
        : batch.Attempt > options.Value.MaxAttempts ? "The server went away over the last attempt."
        : batch.ClaimedAt - batch.Parts[^1].CreatedAt > options.Value.MaxAge
            ? $"It could not be sent for {options.Value.MaxAge.TotalDays:0.#} days."
        : null;

    /// <summary>Records it, unless the claim was lost: then nothing changes.</summary>
    /// <returns>How far the batch is.</returns>
    public async Task<DeliveryStatus> RecordAsync(
        ClaimedBatch batch,
        SendResult result,
        CancellationToken cancellationToken
    )
    {
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        // What one of them is refused for, the others need not be: each goes by itself then.
        var parted = result is SendResult.Refused && batch.Parts.Count > 1 && WhyNot(batch) is null;
        var status = result switch
        {
            SendResult.Delivered => DeliveryStatus.Sent,
            SendResult.Failed when batch.Attempt < options.Value.MaxAttempts => DeliveryStatus.Pending,
            _ when parted => DeliveryStatus.Pending,
            _ => DeliveryStatus.Failed,
        };
        var error = result switch
        {
            SendResult.Refused(var why) => why,
            SendResult.Failed(var why, _) => why,
            _ => null,
        };

        // The channel first, then its deliveries: as a claim and a change of the channel lock them.
        var tell = await MarkAsync(db, batch, status, error, now, cancellationToken);
        var next = status == DeliveryStatus.Pending && !parted ? now + WaitOf(batch.Attempt, result) : now;
        var held = await Rows(db, batch)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(row => row.Status, status)
                        .SetProperty(row => row.LastError, row => error ?? row.LastError)
                        .SetProperty(row => row.NextAttemptAt, next)
                        .SetProperty(row => row.SentAt, status == DeliveryStatus.Sent ? now : null),
                cancellationToken
            );
        if (held == 0)
        {
            // Another node has it by now, and says what becomes of it.
            return status;
        }
        if (result is SendResult.Failed { After: { } asked } && batch.Channel is { } channel)
        {
            // A peer that has enough of us has enough of all that waits for it, and of what comes.
            var until = now + Bounded(asked);
            await db
                .Channels.Where(one => one.Id == channel.Id && one.ChangedAt == channel.ChangedAt)
                .Where(one => one.LeftAloneUntil == null || one.LeftAloneUntil < until)
                .ExecuteUpdateAsync(set => set.SetProperty(one => one.LeftAloneUntil, until), cancellationToken);
        }
        if (parted)
        {
            await PartAsync(db, batch, cancellationToken);
        }
        if (tell)
        {
            db.Inbox.Add(Undelivered(batch, error!, now));
            await db.SaveChangesAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        return status;
    }

    private static IQueryable<Delivery> Rows(ProductDb db, ClaimedBatch batch) =>
        db.Deliveries.Where(row =>
            row.BatchId == batch.Id && row.Attempts == batch.Attempt && row.Status == DeliveryStatus.Pending
        );

    // Under a name that the peer has not refused.
    private static async Task PartAsync(ProductDb db, ClaimedBatch batch, CancellationToken cancellationToken)
    {
        foreach (var part in batch.Parts)
        {
            var sendId = Delivery.NewSendId();
            await db
                .Deliveries.Where(row => row.Id == part.Id)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.BatchId, part.Id).SetProperty(row => row.SendId, sendId),
                    cancellationToken
                );
        }
    }

    /// <summary>Notes on the channel whether it works.</summary>
    /// <returns>Whether its owner is to be told that it does not: once, until something gets through.</returns>
    private static async Task<bool> MarkAsync(
        ProductDb db,
        ClaimedBatch batch,
        DeliveryStatus status,
        string? error,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (batch.Channel is not { } channel)
        {
            return false;
        }
        var row = db.Channels.Where(one => one.Id == channel.Id);
        if (status == DeliveryStatus.Sent)
        {
            await row.Where(one => one.FailingSince != null)
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(one => one.FailingSince, (DateTimeOffset?)null)
                            .SetProperty(one => one.LastError, (string?)null)
                            .SetProperty(one => one.Told, false),
                    cancellationToken
                );
            return false;
        }
        await row.ExecuteUpdateAsync(
            set =>
                set.SetProperty(one => one.FailingSince, one => one.FailingSince ?? now)
                    .SetProperty(one => one.LastError, error),
            cancellationToken
        );
        return status == DeliveryStatus.Failed
            && await row.Where(one => !one.Told)
                .ExecuteUpdateAsync(set => set.SetProperty(one => one.Told, true), cancellationToken) == 1;
    }

    private static TimeSpan WaitOf(int attempt, SendResult result)
    {
        var wait = DeliveryOptions.Waits[Math.Min(attempt, DeliveryOptions.Waits.Count) - 1];
        wait *= 1 + (Jitter * Random.Shared.NextDouble());
        return result is SendResult.Failed { After: { } asked } && Bounded(asked) > wait ? Bounded(asked) : wait;
    }

    private static TimeSpan Bounded(TimeSpan asked) =>
        asked > LongestWait ? LongestWait
        : asked < TimeSpan.Zero ? TimeSpan.Zero
        : asked;

    private static InboxMessage Undelivered(ClaimedBatch batch, string why, DateTimeOffset now)
    {
        var (first, name) = (batch.Parts[0], batch.Parts[0].Channel);
        var what = batch.Parts.Count == 1 ? $"Message {first.MessageId} was" : $"{batch.Parts.Count} messages were";
        return new InboxMessage
        {
            TeamId = first.TeamId,
            AgentId = first.Message.AgentId,
            TaskId = first.Message.TaskId,
            Title = StoredText.Title($"The channel '{name}' does not work"),
            Text = StoredText.Message(
                $"{what} not delivered to it: {why}\n\nWhat was not delivered stands in the inbox: p38 inbox. Try the channel: "
                    + $"p38 channels test {name}. Change it: p38 channels set {name}. Until something gets through, this is not "
                    + "said again."
            ),
            Source = "platform",
            IdempotencyKey = $"delivery:{batch.Id}:failed",
            CreatedAt = now,
        };
    }
}
