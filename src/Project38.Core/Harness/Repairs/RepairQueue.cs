using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Project38.Core.Factory;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Repairs;

/// <summary>Gives each repair to one node at a time.</summary>
internal sealed class RepairQueue(
    IDbContextFactory<ProductDb> databases,
    IOptions<RepairOptions> options,
    IOptions<FactoryOptions> factory
)
{
    // The last program may be asked for at the very end: a model has five minutes to answer, and its trial comes after.
    private static readonly TimeSpan Last = TimeSpan.FromMinutes(10);

    /// <summary>How long whoever takes a repair may be at it.</summary>
    public TimeSpan Limit => factory.Value.MakingTimeout + Last;

    /// <summary>Takes the oldest one that nobody is at.</summary>
    /// <returns>Null: there is none, or another node was faster.</returns>
    public async Task<Repair?> TakeAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        if (!await db.Repairs.AnyAsync(cancellationToken))
        {
            // As nearly always: nodes look every few seconds, and write nothing for that.
            return null;
        }
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        var tooOld = now - options.Value.Wait;
        await db
            .Repairs.Where(repair => repair.Tries == 0 && repair.CreatedAt < tooOld)
            .ExecuteDeleteAsync(cancellationToken);
        var oldest = await db
            .Repairs.AsNoTracking()
            .Where(repair => repair.LeaseUntil == null || repair.LeaseUntil < now)
            .OrderBy(repair => repair.Id)
            .FirstOrDefaultAsync(cancellationToken);
        if (oldest is null)
        {
            return null;
        }

        // A minute more than it may take: who has it has given it up by then.
        var until = now + Limit + TimeSpan.FromMinutes(1);
        var taken = await db
            .Repairs.Where(repair => repair.Id == oldest.Id && repair.Tries == oldest.Tries)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(repair => repair.Tries, oldest.Tries + 1)
                        .SetProperty(repair => repair.LeaseUntil, until),
                cancellationToken
            );
        return taken == 1
            ? await db.Repairs.AsNoTracking().SingleOrDefaultAsync(repair => repair.Id == oldest.Id, cancellationToken)
            : null;
    }

    /// <summary>Lets another node begin it at once.</summary>
    public async Task HandBackAsync(Repair repair, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        await db
            .Repairs.Where(row => row.Id == repair.Id && row.Tries == repair.Tries)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null),
                cancellationToken
            );
    }

    /// <summary>Whether it has not ended.</summary>
    public async Task<bool> IsOpenAsync(Repair repair, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await db.Repairs.AnyAsync(row => row.Id == repair.Id, cancellationToken);
    }

    /// <summary>Ends one of which there is nothing to tell.</summary>
    public async Task DropAsync(Repair repair, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        await EndAsync(db, repair, cancellationToken);
    }

    /// <summary>Ends it, in the transaction of what came of it.</summary>
    public static Task EndAsync(ProductDb db, Repair repair, CancellationToken cancellationToken) =>
        db.Repairs.Where(row => row.Id == repair.Id).ExecuteDeleteAsync(cancellationToken);
}
