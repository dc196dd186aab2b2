using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Project38.Server.Http;
using Project38.Testing;

namespace Project38.Server.Tests;

public sealed class StorageTroubleTests(SqliteFixture databases)
{
    private static readonly ProblemHandler Problems = new(NullLogger<ProblemHandler>.Instance);

    [Fact]
    public async Task Change_IsUnavailableForNow_WhileAnotherWriterHoldsTheDatabase()
    {
        await using var server = await TestServer.StartAsync(databases, TestContext.Current.CancellationToken);
        var id = await server.ImportAsync(Programs.Counter);
        Answer refused;
        await using (
            var other = new SqliteConnection($"Data Source={server.Database.Options.SqliteFile};Pooling=False")
        )
        {
            await other.OpenAsync(TestContext.Current.CancellationToken);
            await using var held = other.BeginTransaction(deferred: false);

            refused = await server.PutAsync($"/api/agents/{id}", new JsonObject { ["name"] = "Later" });
        }
        var after = await server.GetAsync($"/api/agents/{id}");
        var again = await server.PutAsync($"/api/agents/{id}", new JsonObject { ["name"] = "Later" });

        refused.ShouldBeProblem(503, "Try again");
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        after.Body.GetProperty("name").GetString().ShouldNotBe("Later");
        again.Status.ShouldBe(200, again.Text);
    }

    [Theory]
    [InlineData(5, 503, "Try again")]
    [InlineData(13, 507, "Free some space")]
    [InlineData(10, 503, "See the folder's owner and the disk")]
    [InlineData(11, 503, "Restore it from a backup")]
    public void Problem_SaysWhatToDo_WhenSqliteFails(int code, int status, string advice)
    {
        var failure = new DbUpdateException("wrapped", new SqliteException("engine's own words", code));

        var problem = Problems.ResultOf(failure);

        problem.StatusCode.ShouldBe(status);
        problem.Problem.Detail.ShouldContain(advice);
        problem.Problem.Detail.ShouldNotContain("engine's own words");
    }

    [Theory]
    [InlineData(PostgresErrorCodes.DiskFull, 507, "Free some space")]
    [InlineData(PostgresErrorCodes.TooManyConnections, 503, "Try again")]
    public void Problem_SaysWhatToDo_WhenPostgresFails(string state, int status, string advice)
    {
        var failure = new DbUpdateException(
            "wrapped",
            new PostgresException("engine's own words", "ERROR", "ERROR", state)
        );

        var problem = Problems.ResultOf(failure);

        problem.StatusCode.ShouldBe(status);
        problem.Problem.Detail.ShouldContain(advice);
    }

    [Fact]
    public void Problem_KeepsTheTextToTheLog_WhenNobodyMadeItForClients()
    {
        var problem = Problems.ResultOf(new InvalidOperationException("secret path /home/dana"));

        problem.StatusCode.ShouldBe(500);
        problem.Problem.Detail.ShouldNotContain("dana");
    }
}
