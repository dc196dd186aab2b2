using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Harness.Workers;
using Project38.Server.Http.Idempotency;
using Project38.Testing;

namespace Project38.Server.Tests.Api;

/// <summary>Who waits for a run while the server stops: the run is theirs, and is not asked for twice.</summary>
public abstract class ServerStopContract(DatabaseFixture databases) : IAsyncLifetime
{
    private TestServer _server = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(databases, Cancelled);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Execute_IsAnsweredWithItsTask_WhenTheServerStopsWithoutPatience(bool keyed)
    {
        var id = await _server.ImportAsync(Programs.Turning("await asyncio.sleep(2)"));
        (string, string)[] headers = keyed ? [(IdempotencyKeys.Header, Guid.NewGuid().ToString())] : [];
        var asked = ExecuteAsync(id, headers);
        var task = await RunningTaskAsync(id);

        await _server.Running.App.Services.GetRequiredService<WorkerDrain>().HandBackAsync();
        var answer = await asked;
        await _server.Running.DisposeAsync();
        await _server.StartAgainAsync(Cancelled);

        answer.Status.ShouldBe(202, answer.Text);
        answer.Headers.Location!.ToString().ShouldBe($"/api/tasks/{task}");
        answer.Body.GetProperty("id").GetInt64().ShouldBe(task);
        if (keyed)
        {
            var again = await ExecuteAsync(id, headers);
            again.Status.ShouldBe(202);
            again.Text.ShouldBe(answer.Text);
            again.Headers.Contains(IdempotencyKeys.ReplayedHeader).ShouldBeTrue();
        }
        await EndedAsync(task);
        var tasks = await _server.GetAsync($"/api/tasks/agent/{id}");
        tasks.Body.GetArrayLength().ShouldBe(1);
        tasks.Body[0].GetProperty("status").GetString().ShouldBe("completed");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Execute_IsAnsweredWithItsEnd_WhenTheServerStopsAndTheRunEndsSoon(bool keyed)
    {
        var id = await _server.ImportAsync(Programs.Turning("await asyncio.sleep(2)"));
        (string, string)[] headers = keyed ? [(IdempotencyKeys.Header, Guid.NewGuid().ToString())] : [];
        var asked = ExecuteAsync(id, headers);
        await RunningTaskAsync(id);

        await _server.Running.DisposeAsync();
        var answer = await asked;

        answer.Status.ShouldBe(200, answer.Text);
        answer.Body.GetProperty("status").GetString().ShouldBe("completed");
    }

    private Task<Answer> ExecuteAsync(long id, (string, string)[] headers) =>
        _server.SendAsync(
            HttpMethod.Post,
            $"/api/agents/{id}/execute",
            JsonNode.Parse("""{"config": {"bad": true}}"""),
            headers
        );

    private async Task EndedAsync(long taskId)
    {
        string status;
        do
        {
            var task = await _server.GetAsync($"/api/tasks/{taskId}");
            status = task.Body.GetProperty("status").GetString()!;
        } while (status is "pending" or "running");
    }

    private async Task<long> RunningTaskAsync(long agentId)
    {
        while (true)
        {
            var tasks = await _server.GetAsync($"/api/tasks?agent_id={agentId}&status=running");
            if (tasks.Body.GetArrayLength() == 1)
            {
                return tasks.Body[0].GetProperty("id").GetInt64();
            }
        }
    }
}

public sealed class ServerStopOnSqlite(SqliteFixture databases) : ServerStopContract(databases);

public sealed class ServerStopOnPostgres(PostgresFixture databases) : ServerStopContract(databases);
