using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Project38.Server.Security;
using Project38.Testing;

namespace Project38.Server.Tests.Security;

public sealed class DoorsAreClosedTests(SqliteFixture databases) : IAsyncLifetime
{
    // The last one knows its senders by the secret that is its address.
    private static readonly string[] Open =
    [
        "/",
        "/api",
        "/health",
        "/api/health",
        "/health/live",
        "/health/ready",
        "/api/hooks/1",
    ];

    private TestServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await TestServer.StartAsync(databases, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task EveryRoute_AnswersUnauthorized_WhenNoTokenIsSent()
    {
        var routes = Routes().Where(route => !Open.Contains(route.Path) && !IsDescription(route.Path)).ToList();

        routes.ShouldNotBeEmpty();
        foreach (var (method, path) in routes)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using var answer = await _server.Anonymous.SendAsync(request, TestContext.Current.CancellationToken);

            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{method} {path}");
            (await TestServer.ProblemOf(answer)).Detail.ShouldContain("Authorization: Bearer");
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/")]
    [InlineData("/health")]
    [InlineData("/api/health")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task OpenRoute_Answers_WhenNoTokenIsSent(string path)
    {
        using var answer = await _server.Anonymous.GetAsync(path, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer ")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearer nonsense nonsense")]
    public async Task Route_AnswersUnauthorized_WhenTheTokenIsWrong(string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/system/attach");
        request.Headers.TryAddWithoutValidation("Authorization", header);

        using var answer = await _server.Anonymous.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.nip.io")]
    public async Task Route_IsRefused_WhenTheServerIsCalledByAnotherName(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health");
        request.Headers.Host = host;

        using var answer = await _server.Anonymous.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1:1")]
    public async Task Route_IsRefused_WhenAPageOfAnotherOriginAsks(string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health");
        request.Headers.Add("Origin", origin);

        using var answer = await _server.Anonymous.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public void Token_IsForItsOwnerOnly_AfterTheFirstStart()
    {
        var path = Path.Join(_server.Database.Options.Home, BearerToken.FileName);

        var mode = File.GetUnixFileMode(path);

        mode.ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.ReadAllText(path).Trim().Length.ShouldBe(43);
    }

    // What the API is like is no secret, and a browser has no token.
    private static bool IsDescription(string path) =>
        path == "/openapi/v1.json" || path == "/docs" || path.StartsWith("/docs/", StringComparison.Ordinal);

    private IEnumerable<(string Method, string Path)> Routes() =>
        from endpoint in _server
            .Running.App.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        select (method, Concrete(endpoint.RoutePattern.RawText!));

    private static string Concrete(string pattern)
    {
        var path = string.Join('/', pattern.Split('/').Select(part => part.StartsWith('{') ? "1" : part));
        return path.Length > 1 ? "/" + path.Trim('/') : "/";
    }
}
