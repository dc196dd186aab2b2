using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Project38.Core.Storage;

/// <summary>The database of this process: makes it fit for use, and holds it until disposed.</summary>
public sealed class Database(
    ProductDbFactory databases,
    HomeFolder home,
    IOptions<StorageOptions> options,
    TimeProvider time
) : IDisposable
{
    // Any number, as long as every node uses the same.
    private const long MigrationLock = 38_000_001;

    private HomeLock? _lock;
    private bool _open;

    /// <summary>Prepares the home, takes the SQLite file for this process, and migrates. A second call does nothing.</summary>
    /// <exception cref="StorageException">The platform may not start on it as it is; the message says what to do.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_open)
        {
            return;
        }

        home.Prepare();
        if (options.Value.DatabaseUrl is null)
        {
            _lock = HomeLock.Take(home.Path, time);
        }

        try
        {
            if (_lock is not null)
            {
                CloseToOthers(options.Value.SqliteFile);
            }
            await using (var db = databases.CreateDbContext())
            {
                await MigrateAsync(db, cancellationToken);
            }
            // After the migration: a plan that was kept before would be of other tables.
            await databases.FitToSessionsAsync(cancellationToken);
            _open = true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Dispose();
            throw StorageException.Explain(exception) ?? exception;
        }
    }

    /// <summary>Lets another process have it.</summary>
    public void Dispose()
    {
        databases.Dispose();
        _lock?.Dispose();
        _lock = null;
        _open = false;
    }

    // Before it is opened: SQLite gives the files beside it the mode that it has itself.
    private static void CloseToOthers(string sqliteFile)
    {
        OwnerFile.Make(sqliteFile);
        OwnerFile.Close($"{sqliteFile}-wal");
        OwnerFile.Close($"{sqliteFile}-shm");
    }

    private async Task MigrateAsync(ProductDb db, CancellationToken cancellationToken)
    {
        if (db.IsPostgres)
        {
            // Nodes that start at once wait here for one of them. The lock belongs to a transaction, not to a session,
            // so that a transaction pooler may stand between.
            await using var gate = databases.CreateDbContext();
            await using var transaction = await gate.Database.BeginTransactionAsync(cancellationToken);
            await gate.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({MigrationLock})", cancellationToken);
            await MigrateAloneAsync(db, cancellationToken);
            return;
        }

        // Readers read while one writes. The file remembers it. That a commit is on the disk before anybody is told of it
        // (synchronous=FULL) is what SQLite does unasked; a test holds both.
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);
        await FreeMigrationLockAsync(db, cancellationToken);
        await MigrateAloneAsync(db, cancellationToken);
    }

    private static async Task MigrateAloneAsync(ProductDb db, CancellationToken cancellationToken)
    {
        var known = db.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        var applied = await db.Database.GetAppliedMigrationsAsync(cancellationToken);
        if (applied.FirstOrDefault(migration => !known.Contains(migration)) is { } unknown)
        {
            throw new StorageException(
                StorageFailure.Refused,
                $"The database was written by a newer Project38 (it has '{unknown}'). Nothing was changed. "
                    + "Update this one, or restore a backup from before the update."
            );
        }
        await db.Database.MigrateAsync(cancellationToken);
    }

    // EF marks a running migration of SQLite by a row that a killed process leaves behind, and then waits for it for
    // ever. We hold the home, so nobody else can be migrating.
    private static async Task FreeMigrationLockAsync(ProductDb db, CancellationToken cancellationToken)
    {
        var marks = await db
            .Database.SqlQueryRaw<int>(
                "SELECT COUNT(*) AS \"Value\" FROM sqlite_master WHERE name = '__EFMigrationsLock'"
            )
            .SingleAsync(cancellationToken);
        if (marks > 0)
        {
            await db.Database.ExecuteSqlRawAsync("DELETE FROM \"__EFMigrationsLock\"", cancellationToken);
        }
    }
}
