using Microsoft.EntityFrameworkCore;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Events;

/// <summary>Reads the events in their order, and deletes the old ones. There is always one: the first migration writes it.</summary>
internal sealed class EventLog(IDbContextFactory<ProductDb> databases)
{
    private const int Batch = 500;

    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    // A row number of PostgreSQL may become visible after a higher one. So events stand in the order of their
    // transactions, and are read only below the oldest one that is still at work: nothing can come before those any more.
    private const string Settled = "transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint";

    private const string PostgresLast =
        $"SELECT * FROM events WHERE {Settled} ORDER BY transaction_id DESC, id DESC LIMIT 1";

    private const string SqliteLast = "SELECT * FROM events ORDER BY transaction_id DESC, id DESC LIMIT 1";

    // With the one after which they come, in one statement: seen by the same snapshot, so no prune comes between.
    private const string PostgresFrom = $$"""
        SELECT * FROM events WHERE (transaction_id, id) >= ({0}, {1}) AND {{Settled}}
        ORDER BY transaction_id, id LIMIT {2}
        """;

    private const string SqliteFrom =
        "SELECT * FROM events WHERE (transaction_id, id) >= ({0}, {1}) ORDER BY transaction_id, id LIMIT {2}";

    // Transactions that this server has not come to yet: the rows were restored from another one's backup.
    private const string Adopt = """
        UPDATE events SET transaction_id = 0
        WHERE transaction_id >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
        """;

    // Only from the front, in order, so that whoever still finds the event that he saw last has missed none after it. And
    // never the last one: it is where a follower of a quiet platform stands.
    private const string Prune = """
        DELETE FROM events WHERE id IN (
            SELECT id FROM (
                SELECT id, MAX(at) OVER (ORDER BY transaction_id, id) AS latest
                FROM (SELECT id, transaction_id, at FROM events ORDER BY transaction_id, id LIMIT {1}) AS oldest
            ) AS front
            WHERE latest < {0}
        ) AND id <> (SELECT id FROM events ORDER BY transaction_id DESC, id DESC LIMIT 1)
        """;

    /// <summary>Where the latest event stands.</summary>
    public async Task<EventPosition> LastAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var last = await db
            .Events.FromSqlRaw(db.IsPostgres ? PostgresLast : SqliteLast)
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        return last.Single().Position;
    }

    /// <summary>The events after another one, in order.</summary>
    /// <returns>Null when that one is not there any more, and with it perhaps some that followed.</returns>
    public async Task<IReadOnlyList<PlatformEvent>?> AfterAsync(
        EventPosition position,
        int max,
        CancellationToken cancellationToken
    )
    {
        await using var db = databases.CreateDbContext();
        var found = await db
            .Events.FromSqlRaw(db.IsPostgres ? PostgresFrom : SqliteFrom, position.Transaction, position.Id, max + 1)
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        return found.Count > 0 && found[0].Position == position ? found[1..] : null;
    }

    /// <summary>Deletes what is older than a day, in small batches.</summary>
    public async Task PruneAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        if (db.IsPostgres)
        {
            await db.Database.ExecuteSqlRawAsync(Adopt, cancellationToken);
        }
        var before = await DatabaseClock.NowAsync(db, cancellationToken) - Kept;
        object limit = db.IsPostgres ? before : before.ToUnixMicroseconds();
        while (await db.Database.ExecuteSqlRawAsync(Prune, [limit, Batch], cancellationToken) == Batch) { }
    }
}

internal static class EventsDb
{
    extension(ProductDb db)
    {
        /// <summary>What happened lately.</summary>
        public DbSet<PlatformEvent> Events => db.Set<PlatformEvent>();
    }
}
