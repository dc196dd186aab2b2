using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Project38.Core.Handoffs;
using Project38.Core.Harness;
using Project38.Core.Secrets;
using Project38.Core.Storage;
using Project38.Sandbox;
using Project38.Testing;

namespace Project38.Bench.Harness;

/// <summary>The harness in this process, on a PostgreSQL of its own whose commits wait for the disk.</summary>
internal sealed class BenchHarness : IAsyncDisposable
{
    private readonly DirectoryInfo _home;

    private BenchHarness(ServiceProvider services, PostgresServer server, DirectoryInfo home) =>
        (Services, Server, Sql, _home) = (services, server, NpgsqlDataSource.Create(server.Url("postgres")), home);

    /// <summary>A folder that goes with it.</summary>
    public string Home => _home.FullName;

    /// <summary>Its parts.</summary>
    public ServiceProvider Services { get; }

    /// <summary>The server.</summary>
    public PostgresServer Server { get; }

    /// <summary>Its database, by hand.</summary>
    public NpgsqlDataSource Sql { get; }

    /// <summary>Starts it; nothing ticks or claims by itself.</summary>
    public static async Task<BenchHarness> StartAsync()
    {
        var server = PostgresServer.Start(durable: true);
        var home = Directory.CreateTempSubdirectory("p38-bench-");
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        services.AddMetrics();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddStorage(storage => (storage.Home, storage.DatabaseUrl) = (home.FullName, server.Url("postgres")));
        services.AddSandbox();
        services.AddSecrets();
        services.AddHandoffs();
        services.AddHarness();
        var built = services.BuildServiceProvider();
        await built.GetRequiredService<Database>().OpenAsync(CancellationToken.None);
        return new BenchHarness(built, server, home);
    }

    /// <summary>A statement, with all the time it needs.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var command = Sql.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>So many active agents with a version each.</summary>
    /// <param name="count">How many.</param>
    /// <param name="cron">Of all of them; null: only by hand.</param>
    /// <param name="nextFire">SQL of an instant, or <c>NULL</c>.</param>
    public Task GivenAgentsAsync(int count, string? cron = null, string nextFire = "NULL") =>
        ExecuteAsync(
            $$"""
            INSERT INTO agents (
                team_id, name, description, status, config, granted, cron, time_zone, next_fire, created_by, created_at,
                updated_at
            )
            SELECT 'default', 'agent ' || n, 'Is one of many.', 'active',
                '{{(cron is null ? "{}" : $$"""{"schedule": "{{cron}}"}""")}}', '{}', {{(
                cron is null ? "NULL" : $"'{cron}'"
            )}},
                'UTC', {{nextFire}}, 'bench', now(), now()
            FROM generate_series(1, {{count}}) n;
            INSERT INTO agent_versions (
                team_id, agent_id, number, code, manifest, hash, origin, proved, created_by, created_at
            )
            SELECT 'default', id, 1, 'class Agent: ...', '{}', '0', 'import', true, 'bench', now()
            FROM agents WHERE version_id IS NULL;
            UPDATE agents a SET version_id = v.id FROM agent_versions v
            WHERE v.agent_id = a.id AND a.version_id IS NULL;
            ANALYZE;
            """
        );

    /// <summary>One more due task for each agent.</summary>
    public Task GivenTasksAsync() =>
        ExecuteAsync(
            """
            INSERT INTO tasks (
                team_id, agent_id, "trigger", status, scheduled_at, not_before, max_attempts, attempt, fence, dry_run,
                created_at
            )
            SELECT 'default', id, 'manual', 'pending', now(), now(), 1, 0, 0, false, now() FROM agents ORDER BY id
            """
        );

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        await Sql.DisposeAsync();
        Server.Dispose();
        _home.Delete(recursive: true);
    }
}
