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

/// <summary>One server that has a model to ask: a stand-in for Claude over real HTTP.</summary>
public abstract class ModelServerFixture(DatabaseFixture databases) : IAsyncLifetime
{
    internal TestServer Server { get; private set; } = null!;

    internal ClaudeStandIn Claude { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Claude = await ClaudeStandIn.StartAsync();
        Server = await TestServer.StartAsync(databases, TestContext.Current.CancellationToken, model: Claude.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Claude.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>A server with a model, on SQLite.</summary>
public sealed class SqliteModelServerFixture(SqliteFixture databases) : ModelServerFixture(databases);

/// <summary>A server with a model, on PostgreSQL.</summary>
public sealed class PostgresModelServerFixture(PostgresFixture databases) : ModelServerFixture(databases);
