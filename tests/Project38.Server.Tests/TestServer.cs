using System.Net.Http.Headers;
using System.Net.Http.Json;
using Project38.Contracts;
using Project38.Server.Security;
using Project38.Testing;

namespace Project38.Server.Tests;

/// <summary>A real server on a free port, on one test's database, and a client that has its token.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly TestDatabase _database;

    private TestServer(TestDatabase database, RunningServer server)
    {
        _database = database;
        Running = server;
        Anonymous = new HttpClient { BaseAddress = new Uri(server.Url) };
        Http = new HttpClient { BaseAddress = new Uri(server.Url) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            File.ReadAllText(Path.Join(database.Options.Home, BearerToken.FileName)).Trim()
        );
    }

    public RunningServer Running { get; }

    public HttpClient Http { get; }

    public HttpClient Anonymous { get; }

    public TestDatabase Database => _database;

    public static async Task<TestServer> StartAsync(
        DatabaseFixture databases,
        CancellationToken cancellationToken,
        ServerMode mode = ServerMode.Up
    )
    {
        var database = await databases.CreateAsync(cancellationToken);
        var options = new ServerOptions
        {
            Mode = mode,
            Home = database.Options.Home,
            DatabaseUrl = database.Options.DatabaseUrl,
            Port = 0,
        };
        return new TestServer(database, await RunningServer.StartAsync(options, cancellationToken));
    }

    /// <summary>The problem that an answer carries.</summary>
    public static async Task<ProblemResponse> ProblemOf(HttpResponseMessage answer)
    {
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        return (
            await answer.Content.ReadFromJsonAsync(
                ContractsJson.Default.ProblemResponse,
                TestContext.Current.CancellationToken
            )
        )!;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Anonymous.Dispose();
        await Running.DisposeAsync();
        await _database.DisposeAsync();
    }
}
