using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Project38.Core.Execution;
using Project38.Core.Harness.Queue;
using Project38.Testing;

namespace Project38.Core.Tests.Harness;

public sealed class PostgresOutageTests(PostgresFixture fixture) : HarnessSuite(fixture)
{
    [Fact]
    public async Task Node_SavesTheResultAndGoesOn_WhenTheDatabaseIsAwayAtTheEndOfARun()
    {
        var log = new DutyLog();
        var (began, finish) = (new TaskCompletionSource(), new TaskCompletionSource());
        var runs = 0;
        Execute = async (_, _) =>
        {
            Interlocked.Increment(ref runs);
            began.TrySetResult();
            await finish.Task;
            return Succeeded();
        };
        var node = NewNode(services =>
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(log))
        );
        var first = await GivenTaskAsync(await GivenAgentAsync());
        foreach (var service in node.GetServices<IHostedService>())
        {
            await service.StartAsync(Cancelled);
        }
        await began.Task.WaitAsync(Cancelled);

        await LetConnectAsync(false);
        finish.SetResult();
        await log.Began("run").WaitAsync(Cancelled);
        await log.Began("scheduler").WaitAsync(Cancelled);
        await log.Began("workers").WaitAsync(Cancelled);
        await LetConnectAsync(true);
        var control = node.GetRequiredService<TaskControl>();
        await log.Ended("run").WaitAsync(Cancelled);
        var finished = await control.WaitAsync(first.Id, Cancelled);
        var second = await GivenTaskAsync(await GivenAgentAsync());
        var next = await control.WaitAsync(second.Id, Cancelled);
        foreach (var service in node.GetServices<IHostedService>())
        {
            await service.StopAsync(CancellationToken.None);
        }

        finished!.Status.ShouldBe(AgentTaskStatus.Completed);
        finished.Attempt.ShouldBe(1);
        next!.Status.ShouldBe(AgentTaskStatus.Completed);
        runs.ShouldBe(2);
        (await AllAsync<AgentRun>()).Count.ShouldBe(2);
        log.OutagesOf("run").ShouldBe(1);
    }

    // What a restart does to those who are connected, without stopping the server under other tests.
    private async Task LetConnectAsync(bool may)
    {
        var name = new NpgsqlConnectionStringBuilder(Database.Options.DatabaseUrl).Database;
        await using var connection = new NpgsqlConnection(fixture.Server.Url("postgres"));
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(
            $"""
            ALTER DATABASE "{name}" ALLOW_CONNECTIONS {may};
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}';
            """,
            connection
        );
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
