using System.Net;
using Project38.Testing;

namespace Project38.Server.Tests.Security;

public sealed class RequestRateTests(SqliteFixture databases)
{
    [Fact]
    public async Task Request_IsRefused_WhenATokenSendsTooMany()
    {
        await using var server = await TestServer.StartAsync(
            databases,
            TestContext.Current.CancellationToken,
            requestsPerSecond: 10
        );
        Answer answer;
        do
        {
            answer = await server.GetAsync("/api/agents");
        } while (answer.Status == 200);

        // Who brings no token has a bucket of their own: a supervisor is not locked out by a script.
        using var health = await server.Anonymous.GetAsync("/health/live", TestContext.Current.CancellationToken);

        answer.ShouldBeProblem(429, "Too many requests");
        answer.Headers.RetryAfter!.Delta!.Value.ShouldBe(TimeSpan.FromSeconds(1));
        health.StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
