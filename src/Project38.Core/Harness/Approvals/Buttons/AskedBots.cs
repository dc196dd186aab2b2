using Microsoft.EntityFrameworkCore;
using Project38.Core.Approvals;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications.Channels;
using Project38.Core.Tools.Notifications.Deliveries;

namespace Project38.Core.Harness.Approvals.Buttons;

/// <summary>A delivery whose button was pressed.</summary>
/// <param name="ApprovalId">The question.</param>
/// <param name="Channel">Where it was asked, as it is now.</param>
internal sealed record AskedDelivery(long ApprovalId, Channel Channel);

/// <summary>Which bots are to be listened to, and by whom.</summary>
internal sealed class AskedBots(IDbContextFactory<ProductDb> databases)
{
    /// <summary>A channel of each bot by which an open question was asked: no other bot is listened to.</summary>
    public async Task<IReadOnlyList<Channel>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var approvals = db.Approvals.Where(one => one.Status == ApprovalStatus.Open);
        var asked = db
            .Deliveries.Where(one => one.AnswerToken != null && one.Attempts > 0)
            .Where(one => approvals.Any(approval => approval.Id == one.ApprovalId))
            .Select(one => one.Channel);
        var channels = await db
            .Channels.AsNoTracking()
            .Where(one => one.TeamId == Team.Default && one.Enabled && one.Kind == ChannelKind.Telegram)
            .Where(one => asked.Contains(one.Name))
            .OrderBy(one => one.Name)
            .ToListAsync(cancellationToken);
        return
        [
            .. channels
                .Where(one => ChannelSettings.Of(one).HasButtons)
                .DistinctBy(one => ChannelSettings.Of(one).Required("token_secret")),
        ];
    }

    /// <summary>Takes a bot to listen to.</summary>
    /// <returns>Until when it is taken, which is the fence; null: another node listens, or it is left alone.</returns>
    public async Task<DateTimeOffset?> TakeAsync(
        string tokenSecret,
        TimeSpan lease,
        CancellationToken cancellationToken
    )
    {
        await using var db = databases.CreateDbContext();
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        var until = now + lease;
        var bot = Bot(db, tokenSecret);
        if (await bot.AnyAsync(cancellationToken))
        {
            var taken = await bot.Where(one => one.LeaseUntil <= now)
                .ExecuteUpdateAsync(set => set.SetProperty(one => one.LeaseUntil, until), cancellationToken);
            return taken == 0 ? null : until;
        }
        db.ListenedBots.Add(
            new ListenedBot
            {
                TeamId = Team.Default,
                TokenSecret = tokenSecret,
                LeaseUntil = until,
            }
        );
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return until;
        }
        catch (DbUpdateException)
        {
            // Another node was first; where it was the database's fault, the next turn says so.
            return null;
        }
    }

    /// <summary>Gives it back, unless another has it since.</summary>
    public async Task LeaveAsync(
        string tokenSecret,
        DateTimeOffset taken,
        TimeSpan aloneFor,
        CancellationToken cancellationToken
    )
    {
        await using var db = databases.CreateDbContext();
        var until = await DatabaseClock.NowAsync(db, cancellationToken) + aloneFor;
        await Bot(db, tokenSecret)
            .Where(one => one.LeaseUntil == taken)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.LeaseUntil, until), cancellationToken);
    }

    /// <summary>Whose button has that token; null: nobody's, or its channel is gone.</summary>
    public async Task<AskedDelivery?> FindAsync(string token, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var delivery = await db
            .Deliveries.AsNoTracking()
            .SingleOrDefaultAsync(one => one.TeamId == Team.Default && one.AnswerToken == token, cancellationToken);
        return
            delivery?.ApprovalId is { } approval
            && await ChannelBook.FindAsync(db, delivery.Channel, cancellationToken)
                is { Kind: ChannelKind.Telegram } channel
            ? new AskedDelivery(approval, channel)
            : null;
    }

    private static IQueryable<ListenedBot> Bot(ProductDb db, string tokenSecret) =>
        db.ListenedBots.Where(one => one.TeamId == Team.Default && one.TokenSecret == tokenSecret);
}
