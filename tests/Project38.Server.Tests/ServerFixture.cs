using Project38.Testing;

namespace Project38.Server.Tests;

/// <summary>One server for a suite's tests, on a database of its own.</summary>
public abstract class ServerFixture(DatabaseFixture databases) : IAsyncLifetime
{
    internal TestServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Server = await TestServer.StartAsync(databases, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>A server on SQLite.</summary>
public sealed class SqliteServerFixture(SqliteFixture databases) : ServerFixture(databases);

/// <summary>A server on PostgreSQL.</summary>
public sealed class PostgresServerFixture(PostgresFixture databases) : ServerFixture(databases);
