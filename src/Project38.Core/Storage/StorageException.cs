using Microsoft.Data.Sqlite;
using Npgsql;

namespace Project38.Core.Storage;

/// <summary>Why the database could not do what was asked; what a door makes of it.</summary>
public enum StorageFailure
{
    /// <summary>Another holds what is needed, for now. Try again: 503.</summary>
    Busy,

    /// <summary>It does not answer. Try again: 503.</summary>
    Unreachable,

    /// <summary>The disk is full: 507.</summary>
    Full,

    /// <summary>The platform may not start on it as things are; the message says what to do.</summary>
    Refused,
}

/// <summary>The database or its folder failed. The message is made for people: what, why, and what to do.</summary>
public sealed class StorageException(StorageFailure failure, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;
    private const int SqliteReadOnly = 8;
    private const int SqliteIoError = 10;
    private const int SqliteCorrupt = 11;
    private const int SqliteFull = 13;
    private const int SqliteCannotOpen = 14;
    private const int SqliteNoDatabase = 26;

    /// <summary>What kind of failure it is.</summary>
    public StorageFailure Failure { get; } = failure;

    /// <summary>Explains an exception of a database, however deep it is wrapped.</summary>
    /// <returns>Null when it is not the database's state that is to blame, but what was asked of it.</returns>
    public static StorageException? Explain(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            var explained = cause switch
            {
                StorageException known => known,
                SqliteException sqlite => OfSqlite(sqlite),
                PostgresException postgres => OfPostgres(postgres),
                NpgsqlException => new(
                    StorageFailure.Unreachable,
                    "PostgreSQL does not answer. See DATABASE_URL.",
                    cause
                ),
                _ => null,
            };
            if (explained is not null)
            {
                return explained;
            }
        }
        return null;
    }

    private static StorageException? OfSqlite(SqliteException exception) =>
        exception.SqliteErrorCode switch
        {
            SqliteBusy or SqliteLocked => new(
                StorageFailure.Busy,
                "The database is locked by another writer. Try again; if it stays so, see which program has the file open.",
                exception
            ),
            SqliteFull => new(
                StorageFailure.Full,
                "The disk that holds P38_HOME is full. Nothing was stored. Free some space and try again.",
                exception
            ),
            SqliteReadOnly or SqliteIoError or SqliteCannotOpen => new(
                StorageFailure.Unreachable,
                "The database file in P38_HOME cannot be opened, read or written. See the folder's owner and the disk.",
                exception
            ),
            SqliteCorrupt or SqliteNoDatabase => new(
                StorageFailure.Refused,
                "The database file in P38_HOME is damaged, or is no database. Restore it from a backup.",
                exception
            ),
            _ => null,
        };

    private static StorageException? OfPostgres(PostgresException exception) =>
        exception.SqlState switch
        {
            PostgresErrorCodes.DiskFull => new(
                StorageFailure.Full,
                "PostgreSQL's disk is full. Nothing was stored. Free some space there and try again.",
                exception
            ),
            PostgresErrorCodes.LockNotAvailable
            or PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.TooManyConnections => new(
                StorageFailure.Busy,
                "PostgreSQL is busy. Try again.",
                exception
            ),
            PostgresErrorCodes.AdminShutdown
            or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.CannotConnectNow => new(
                StorageFailure.Unreachable,
                "PostgreSQL is stopping or starting. Try again.",
                exception
            ),
            PostgresErrorCodes.InvalidPassword
            or PostgresErrorCodes.InvalidAuthorizationSpecification
            or PostgresErrorCodes.InvalidCatalogName => new(
                StorageFailure.Refused,
                $"PostgreSQL refuses the connection: {exception.MessageText}. See DATABASE_URL.",
                exception
            ),
            _ => null,
        };
}
