using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Project38.Bench;

/// <summary>GET of an agent by its id, beside an endpoint of Kestrel that does nothing; each in a process of its own.</summary>
internal static class ApiBenchmark
{
    /// <summary>What the other process is told to be.</summary>
    public const string Empty = "empty-endpoint";

    private const double Goal = 3;

    // A round trip takes a tenth of a millisecond: many make one measurement.
    private const int Requests = 500;

    public static async Task RunAsync(string root)
    {
        await using var service = await BenchServer.StartAsync(root);
        using var product = new HttpClient { BaseAddress = service.Address };
        product.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", service.Token);
        using var made = await product.PostAsJsonAsync(
            "/api/agents",
            new { description = "Remind me every day at 9 to stretch" }
        );
        made.EnsureSuccessStatusCode();
        var agent = await made.Content.ReadFromJsonAsync<JsonElement>();

        using var other = StartEmpty();
        using var empty = new HttpClient { BaseAddress = new Uri((await other.StandardOutput.ReadLineAsync())!) };
        await SideBySide.RunAsync(
            "api",
            Goal,
            new Side($"{Requests} × GET an agent", () => GetAsync(product, $"/api/agents/{agent.GetProperty("id")}")),
            new Side($"{Requests} × GET nothing", () => GetAsync(empty, "/"))
        );
        other.StandardInput.Close();
        await other.WaitForExitAsync();
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
