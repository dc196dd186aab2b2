using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Project38.Testing;

namespace Project38.Bench;

/// <summary>
/// GET of an agent by its id, beside an endpoint of Kestrel that does nothing; and POST of a task, beside the same INSERT
/// by Npgsql on the same PostgreSQL, whose commits wait for the disk. Each server is a process of its own.
/// </summary>
internal static class ApiBenchmark
{
    /// <summary>What the other process is told to be.</summary>
    public const string Empty = "empty-endpoint";

    private const double ReadGoal = 3;
    private const double StartGoal = 1.3;

    // A round trip takes a tenth of a millisecond: many make one measurement.
    private const int Requests = 500;
    private const int Starts = 100;

    private const string Insert = """
        WITH started AS (
            INSERT INTO tasks (
                team_id, agent_id, "trigger", status, scheduled_at, not_before, max_attempts, attempt, fence, dry_run,
                created_at
            )
            SELECT team_id, id, 'manual', 'pending', p38_now(), p38_now(), 1, 0, 0, false, p38_now()
            FROM agents WHERE id = $1 AND deleted_at IS NULL AND status <> 'draft' AND version_id IS NOT NULL
            RETURNING *
        ), told AS (
            INSERT INTO audit (team_id, who, action, subject, at, details)
            SELECT 'default', 'owner', 'task.start', 'task:' || id, created_at, '{}' FROM started
        )
        SELECT * FROM started
        """;

    public static async Task RunAsync(string root)
    {
        await ReadAsync(root);
        await StartAsync(root);
    }

    private static async Task ReadAsync(string root)
    {
        await using var service = await BenchServer.StartAsync(root);
        using var product = service.NewClient();
        var agent = await MakeAgentAsync(product);

        using var other = StartEmpty();
        using var empty = new HttpClient { BaseAddress = new Uri((await other.StandardOutput.ReadLineAsync())!) };
        await SideBySide.RunAsync(
            "api",
            ReadGoal,
            new Side($"{Requests} × GET an agent", () => GetAsync(product, $"/api/agents/{agent}")),
            new Side($"{Requests} × GET nothing", () => GetAsync(empty, "/"))
        );
        other.StandardInput.Close();
        await other.WaitForExitAsync();
    }

    private static async Task StartAsync(string root)
    {
        using var postgres = PostgresServer.Start(durable: true);
        await using var database = NpgsqlDataSource.Create(postgres.Url("postgres"));
        // No workers: what is measured is the door, and not who runs what comes in by it.
        await using var service = await BenchServer.StartAsync(
            root,
            ("DATABASE_URL", postgres.Url("postgres")),
            ("P38_ROLES", "api")
        );
        using var product = service.NewClient();
        var agent = await MakeAgentAsync(product);
        product.DefaultRequestHeaders.Add("Prefer", "respond-async");
        await using var connection = await database.OpenConnectionAsync();
        await using var insert = new NpgsqlCommand(Insert, connection) { Parameters = { new() { Value = agent } } };
        await insert.PrepareAsync();
        await SideBySide.RunAsync(
            "api-post",
            StartGoal,
            new Side($"{Starts} × POST a task", () => PostAsync(product, $"/api/agents/{agent}/execute")),
            new Side($"{Starts} × INSERT a task", () => InsertAsync(insert))
        );
    }

    private static async Task<long> MakeAgentAsync(HttpClient product)
    {
        using var made = await product.PostAsJsonAsync(
            "/api/agents",
            new { description = "Remind me every day at 9 to stretch" }
        );
        made.EnsureSuccessStatusCode();
        using var answer = await made.Content.ReadFromJsonAsync<JsonDocument>();
        return answer!.RootElement.GetProperty("id").GetInt64();
    }

    private static async Task PostAsync(HttpClient http, string path)
    {
        for (var start = 0; start < Starts; start++)
        {
            using var answer = await http.PostAsJsonAsync(path, new { });
            if (answer.StatusCode != HttpStatusCode.Accepted)
            {
                throw new InvalidOperationException($"POST {path} was answered with {(int)answer.StatusCode}.");
            }
            await answer.Content.ReadAsByteArrayAsync();
        }
    }

    private static async Task InsertAsync(NpgsqlCommand insert)
    {
        for (var start = 0; start < Starts; start++)
        {
            await insert.ExecuteScalarAsync();
        }
    }

    /// <summary>Is the other process: says where it listens, and stays until its input ends.</summary>
    public static async Task BeEmptyAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        await using var app = builder.Build();
        app.UseRouting();
        app.MapGet("/", () => "");
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        await Console.In.ReadToEndAsync();
    }

    private static Process StartEmpty() =>
        Process.Start(
            new ProcessStartInfo("dotnet", [typeof(ApiBenchmark).Assembly.Location, Empty])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;

    private static async Task GetAsync(HttpClient http, string path)
    {
        for (var request = 0; request < Requests; request++)
        {
            using var answer = await http.GetAsync(path);
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
        }
    }
}
