using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Project38.Contracts;
using Project38.Core.Models;
using Project38.Core.Storage;
using Project38.Sandbox;
using Project38.Server.Security;
using Project38.Server.Telemetry;
using Project38.Testing;

namespace Project38.Server.Tests;

/// <summary>A real server on a free port, on one test's database, and a client that has its token.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly ServerOptions _options;

    private TestServer(TestDatabase database, ServerOptions options, RunningServer server)
    {
        _database = database;
        _options = options;
        Reach(server);
    }

    public RunningServer Running { get; private set; }

    public HttpClient Http { get; private set; }

    public HttpClient Anonymous { get; private set; }

    public TestDatabase Database => _database;

    public static async Task<TestServer> StartAsync(
        DatabaseFixture databases,
        CancellationToken cancellationToken,
        TimeSpan? clientPatience = null,
        Uri? model = null,
        int requestsPerSecond = ServerOptions.DefaultRequestsPerSecond,
        TelemetryOptions? telemetry = null,
        NodeRoles roles = NodeRoles.Scheduler | NodeRoles.Worker,
        SandboxLevel sandbox = SandboxLevel.Vm,
        SandboxLevel leastSandbox = SandboxLevel.NoCgroup
    )
    {
        var database = await databases.CreateAsync(cancellationToken);
        var options = new ServerOptions
        {
            Home = database.Options.Home,
            DatabaseUrl = database.Options.DatabaseUrl,
            Port = 0,
            ClientPatience = clientPatience ?? TimeSpan.FromSeconds(10),
            RequestsPerSecond = requestsPerSecond,
            Telemetry = telemetry ?? new TelemetryOptions(),
            Roles = roles,
            MaxSandboxLevel = sandbox,
            MinSandboxLevel = leastSandbox,
            RuffFolder = Repository.Folder("runtime", "ruff"),
            Model = new ModelOptions { BaseAddress = model, MaxRetries = 0 },
            Keys = new ModelEnvironment(name => model is not null && name == "ANTHROPIC_API_KEY" ? "sk-test" : null),
        };
        return new TestServer(database, options, await RunningServer.StartAsync(options, cancellationToken));
    }

    /// <summary>Starts it again, on another port, once <see cref="Running"/> was disposed.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        Http.Dispose();
        Anonymous.Dispose();
        Reach(await RunningServer.StartAsync(_options, cancellationToken));
    }

    /// <summary>A second node on the same database, with a home of its own. Dispose it before this one.</summary>
    public async Task<TestServer> StartBesideAsync(CancellationToken cancellationToken)
    {
        var home = _database.Options.Home + "-2";
        var options = new ServerOptions
        {
            Home = home,
            DatabaseUrl = _options.DatabaseUrl,
            Port = 0,
            RuffFolder = _options.RuffFolder,
            Model = _options.Model,
            Keys = _options.Keys,
        };
        var storage = new StorageOptions { Home = home, DatabaseUrl = _options.DatabaseUrl };
        var database = new TestDatabase(storage, () => Task.CompletedTask);
        return new TestServer(database, options, await RunningServer.StartAsync(options, cancellationToken));
    }

    /// <summary>Sends a request, with a JSON body where one is given, and reads the answer.</summary>
    public Task<Answer> SendAsync(
        HttpMethod method,
        string path,
        JsonNode? body,
        params (string Name, string Value)[] headers
    ) => SendAsync(method, path, body is null ? null : JsonContent(body.ToJsonString()), headers);

    /// <summary>Sends a request with any body, and reads the answer.</summary>
    public async Task<Answer> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? body,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };

        // As every client should with a large body: a refusal comes before it is sent, and is not lost with it.
        request.Headers.ExpectContinue = body is not null;
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        using var answer = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.ReadAsync(answer, TestContext.Current.CancellationToken);
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, (JsonNode?)null);

    public Task<Answer> PostAsync(string path, JsonNode? body = null) => SendAsync(HttpMethod.Post, path, body);

    public Task<Answer> PutAsync(string path, JsonNode body) => SendAsync(HttpMethod.Put, path, body);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, (JsonNode?)null);

    /// <summary>Imports a program that must pass.</summary>
    /// <returns>The agent's number.</returns>
    public async Task<long> ImportAsync(string code, JsonObject? config = null)
    {
        var answer = await PostAsync("/api/agents/import", Programs.Import(code, config));
        answer.Status.ShouldBe(201, answer.Text);
        return answer.Body.GetProperty("id").GetInt64();
    }

    /// <summary>JSON exactly as it is written, for bodies that no serializer would write.</summary>
    public static StringContent JsonContent(string json) => new(json, Encoding.UTF8, "application/json");

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

    [MemberNotNull(nameof(Running), nameof(Http), nameof(Anonymous))]
    private void Reach(RunningServer server)
    {
        Running = server;
        Anonymous = new HttpClient { BaseAddress = new Uri(server.Url) };
        Http = new HttpClient { BaseAddress = new Uri(server.Url) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            File.ReadAllText(Path.Join(_options.Home, BearerToken.FileName)).Trim()
        );
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Anonymous.Dispose();
        await Running.DisposeAsync();
        await _database.DisposeAsync();
    }
}
