using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Project38.Core.Storage;

/// <summary>Gives a <see cref="ProductDb"/> on the configured database, from a pool; dispose it after each piece of work.</summary>
public sealed class ProductDbFactory : IDbContextFactory<ProductDb>, IDisposable
{
    private readonly Func<ProductDb> _create;
    private readonly Action _closeConnections;

    /// <summary>Opens nothing yet.</summary>
    /// <exception cref="StorageException"><c>DATABASE_URL</c> cannot be read.</exception>
    public ProductDbFactory(IOptions<StorageOptions> options)
    {
        var storage = options.Value;
        if (storage.DatabaseUrl is null)
        {
            var connection = SqliteConnectionString(storage);
            var pool = new PooledDbContextFactory<SqliteProductDb>(Sqlite(connection));
            _create = pool.CreateDbContext;
            _closeConnections = () =>
            {
                using var any = new SqliteConnection(connection);
                SqliteConnection.ClearPool(any);
            };
        }
        else
        {
            var connection = DatabaseUrl.Parse(storage.DatabaseUrl).ConnectionString;
            var pool = new PooledDbContextFactory<PostgresProductDb>(Postgres(connection));
            _create = pool.CreateDbContext;
            _closeConnections = () =>
            {
                using var any = new NpgsqlConnection(connection);
                NpgsqlConnection.ClearPool(any);
            };
        }
    }

    /// <inheritdoc/>
    public ProductDb CreateDbContext() => _create();

    /// <summary>Closes the connections of the pool; contexts in use keep theirs.</summary>
    public void Dispose() => _closeConnections();

    internal static DbContextOptions<SqliteProductDb> Sqlite(string connection) =>
        new DbContextOptionsBuilder<SqliteProductDb>().UseSqlite(connection).UseSnakeCaseNamingConvention().Options;

    internal static DbContextOptions<PostgresProductDb> Postgres(string connection) =>
        new DbContextOptionsBuilder<PostgresProductDb>().UseNpgsql(connection).UseSnakeCaseNamingConvention().Options;

    internal static string SqliteConnectionString(StorageOptions storage) =>
        new SqliteConnectionStringBuilder
        {
            DataSource = storage.SqliteFile,
            ForeignKeys = true,
            // The provider waits for a lock as long as a command may last, so this is the wait for the one writer.
            DefaultTimeout = Math.Max(1, (int)storage.BusyTimeout.TotalSeconds),
        }.ConnectionString;
}
