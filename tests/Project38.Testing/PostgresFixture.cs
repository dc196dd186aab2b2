using Npgsql;
using Project38.Core.Storage;

namespace Project38.Testing;

/// <summary>
/// Databases on a PostgreSQL server of this test run's own. It starts when the first test asks, and ends with the
/// run, however that ends. Where no PostgreSQL is installed, those tests fail and say what to install.
/// </summary>
public sealed class PostgresFixture : DatabaseFixture, IDisposable
{
    private const string Template = "p38_template";
    private readonly Lock _gate = new();
    private PostgresServer? _server;
    private int _count;

    /// <summary>The server, for tests of the server itself.</summary>
    public PostgresServer Server
    {
        get
        {
            lock (_gate)
            {
                return _server ??= PostgresServer.Start();
            }
        }
    }

    public override Task<TestDatabase> CreateEmptyAsync(CancellationToken cancellationToken) =>
        CreateAsync("", cancellationToken);

    protected override async Task MakeTemplateAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync($"CREATE DATABASE {Template}", cancellationToken);
        var options = new StorageOptions { Home = NewFolder("home"), DatabaseUrl = Server.Url(Template) };
        await using var template = new TestDatabase(options, () => Task.CompletedTask);
        using var database = template.NewDatabase();
        await database.OpenAsync(cancellationToken);
    }

    protected override Task<TestDatabase> CopyTemplateAsync(CancellationToken cancellationToken) =>
        CreateAsync($" TEMPLATE {Template}", cancellationToken);

    public void Dispose() => _server?.Dispose();

    private async Task<TestDatabase> CreateAsync(string from, CancellationToken cancellationToken)
    {
        var name = $"p38_{Interlocked.Increment(ref _count)}";
        await ExecuteAsync($"CREATE DATABASE {name}{from}", cancellationToken);
        var options = new StorageOptions { Home = NewFolder("home"), DatabaseUrl = Server.Url(name) };
        return new TestDatabase(
            options,
            () => ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)", CancellationToken.None)
        );
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        // Not from a pool: a test may have restarted the server, and the pool would not know.
        await using var connection = new NpgsqlConnection(Server.Url("postgres") + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
