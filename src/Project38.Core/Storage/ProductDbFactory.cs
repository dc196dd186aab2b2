using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Project38.Core.Storage;

/// <summary>Gives a <see cref="ProductDb"/> on the configured database, from a pool; dispose it after each piece of work.</summary>
public sealed class ProductDbFactory : IDbContextFactory<ProductDb>, IDisposable
{
    // As many as there are hot statements; the rest go as they came.
    private const int PreparedStatements = 100;

    // PostgreSQL compiles what it takes for costly, at each execution anew: 60 ms for a claim that takes 3.
    private const string NoCompilation = "-c jit=off";

    private readonly NpgsqlConnectionStringBuilder? _postgres;
    private Pool _pool;

    /// <summary>Opens nothing yet.</summary>
    /// <exception cref="StorageException"><c>DATABASE_URL</c> cannot be read.</exception>
    public ProductDbFactory(IOptions<StorageOptions> options)
    {
        var storage = options.Value;
        if (storage.DatabaseUrl is null)
        {
            _pool = Pool.OfSqlite(SqliteConnectionString(storage));
            return;
        }
        _postgres = DatabaseUrl.Parse(storage.DatabaseUrl);
        _pool = Pool.OfPostgres(_postgres.ConnectionString);
    }

    /// <inheritdoc/>
    public ProductDb CreateDbContext() => _pool.Create();

    /// <summary>
    /// Lets PostgreSQL keep the plans of the statements that come again and again, where a connection is a session of our
    /// own. Behind a transaction pooler it is not, and nothing is kept. Contexts in use stay as they are.
    /// </summary>
    /// <remarks>What <c>DATABASE_URL</c> says of <c>Max Auto Prepare</c> and of <c>jit</c> is left as it is.</remarks>
    internal async Task FitToSessionsAsync(CancellationToken cancellationToken)
    {
        if (_postgres is null)
        {
            return;
        }
        // Nothing that is said here lasts longer than its transaction; to reset that costs as much as a small query.
        var fit = new NpgsqlConnectionStringBuilder(_postgres.ConnectionString) { NoResetOnClose = true };
        if (await IsSessionOwnAsync(cancellationToken))
        {
            fit.Options = $"{NoCompilation} {_postgres.Options}";
            if (!_postgres.ShouldSerialize("Max Auto Prepare"))
            {
                fit.MaxAutoPrepare = PreparedStatements;
            }
        }
        var before = _pool;
        _pool = Pool.OfPostgres(fit.ConnectionString);
        before.Close();
    }

    /// <summary>Closes the connections of the pool; contexts in use keep theirs.</summary>
    public void Dispose() => _pool.Close();

    private async Task<bool> IsSessionOwnAsync(CancellationToken cancellationToken)
    {
        var alone = new NpgsqlConnectionStringBuilder(_postgres!.ConnectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(alone.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return await PostgresSession.IsOwnAsync(connection, cancellationToken);
    }

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

    /// <summary>Contexts that share connections.</summary>
    /// <param name="Create">Takes one.</param>
    /// <param name="Close">Closes the connections that nobody uses.</param>
    private sealed record Pool(Func<ProductDb> Create, Action Close)
    {
        public static Pool OfSqlite(string connection) =>
            new(
                new PooledDbContextFactory<SqliteProductDb>(Sqlite(connection)).CreateDbContext,
                () =>
                {
                    using var any = new SqliteConnection(connection);
                    SqliteConnection.ClearPool(any);
                }
            );

        public static Pool OfPostgres(string connection) =>
            new(
                new PooledDbContextFactory<PostgresProductDb>(Postgres(connection)).CreateDbContext,
                () =>
                {
                    using var any = new NpgsqlConnection(connection);
                    NpgsqlConnection.ClearPool(any);
                }
            );
    }
}
