using Microsoft.EntityFrameworkCore;

namespace Project38.Core.Storage;

/// <summary>The one clock that decides what is due and who owns it: the database's.</summary>
/// <remarks>
/// Nodes whose own clocks disagree still agree with each other. The table <c>clock</c> holds a shift in microseconds,
/// zero outside tests; a test moves time for every node at once by changing it. The shift is created in the first
/// migration, see <see cref="Migrations.DatabaseRules"/>.
/// </remarks>
public static class DatabaseClock
{
    /// <summary>Now, in PostgreSQL's SQL: a <c>timestamptz</c>. The same throughout a statement.</summary>
    public const string PostgresNow = "p38_now()";

    /// <summary>Now, in SQLite's SQL: microseconds since 1970, to the millisecond. The same throughout a statement.</summary>
    public const string SqliteNow =
        "(CAST(ROUND(unixepoch('subsec') * 1000) AS INTEGER) * 1000 + (SELECT shift_us FROM clock))";

    /// <summary>Now, UTC.</summary>
    public static async Task<DateTimeOffset> NowAsync(ProductDb db, CancellationToken cancellationToken)
    {
        var sql = db.IsPostgres
            ? $"SELECT (EXTRACT(EPOCH FROM {PostgresNow}) * 1000000)::bigint AS \"Value\""
            : $"SELECT {SqliteNow} AS \"Value\"";
        var microseconds = await db.Database.SqlQueryRaw<long>(sql).SingleAsync(cancellationToken);
        return Microseconds.FromUnixMicroseconds(microseconds);
    }
}
