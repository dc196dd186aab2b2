using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Project38.Core.Execution;
using Project38.Core.Harness.Queue;
using Project38.Testing;

namespace Project38.Core.Tests.Harness;

/// <summary>A PostgreSQL server of this class's own, which its tests may restart.</summary>
public sealed class OwnPostgres : IDisposable
{
    public PostgresFixture Databases { get; } = new();

    public void Dispose() => Databases.Dispose();
}

public sealed class PostgresRestartTests(OwnPostgres own) : HarnessSuite(own.Databases), IClassFixture<OwnPostgres>
{
    [Fact]
    public async Task Node_GoesOnAndKeepsWhatRan_WhenThePostgresServerRestartsTwice()
    {
        var log = new DutyLog();
        var node = NewNode(services =>
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(log))
        );
        var control = node.GetRequiredService<TaskControl>();
        await GivenAgentAsync("""{"schedule": "* * * * * *", "misfire": "run_all", "overlap": "queue"}""");
        Execute = (_, _) =>
        {
            // While a run runs, so that its result meets connections that are dead.
            if (!log.Began("run").IsCompleted)
            {
                own.Databases.Server.Restart();
            }
            return Task.FromResult(Succeeded());
        };
        var byHand = await GivenTaskAsync(await GivenAgentAsync());
        foreach (var service in node.GetServices<IHostedService>())
        {
            await service.StartAsync(Cancelled);
        }

        var first = await AnsweredAsync(() => control.WaitAsync(byHand.Id, Cancelled));
        own.Databases.Server.Restart();
        var second = await AnsweredAsync(async () => await GivenTaskAsync(await GivenAgentAsync()));
        var next = await AnsweredAsync(() => control.WaitAsync(second!.Id, Cancelled));
        var fired = await AnsweredAsync(async () =>
        {
            var tasks = await node.GetRequiredService<TaskBook>().ListAsync(new TaskFilter(), Cancelled);
            return tasks.Tasks.FirstOrDefault(task => task.Trigger == TaskTrigger.Schedule && task.Status.IsFinished);
        });
        foreach (var service in node.GetServices<IHostedService>())
        {
            await service.StopAsync(CancellationToken.None);
        }

        first!.Status.ShouldBe(AgentTaskStatus.Completed);
        next!.Status.ShouldBe(AgentTaskStatus.Completed);
        fired!.Status.ShouldBe(AgentTaskStatus.Completed);
        var runs = await AllAsync<AgentRun>();
        runs.Count(run => run.TaskId == byHand.Id).ShouldBe(1);
        runs.GroupBy(run => run.TaskId).ShouldAllBe(task => task.Count() == 1);
    }

    /// <summary>Asks as a door does, whose caller asks again when the database was away.</summary>
    private static async Task<T?> AnsweredAsync<T>(Func<Task<T?>> ask)
        where T : class
    {
        while (true)
        {
            try
            {
                if (await ask() is { } answer)
                {
                    return answer;
                }
            }
            catch (Exception exception) when (Core.Harness.DutyLoop.IsDatabaseFailure(exception))
            {
                // Cut off; the next connection may find it there.
            }
            Cancelled.ThrowIfCancellationRequested();
        }
    }
}
