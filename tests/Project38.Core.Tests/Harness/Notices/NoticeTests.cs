using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Project38.Core.Harness.Notices;
using Project38.Core.Harness.Queue;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Notices;

/// <summary>What nodes tell each other, where no poll would find it in time.</summary>
public sealed class NoticeTests(PostgresFixture fixture) : HarnessSuite(fixture)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private string Url => Database.Options.DatabaseUrl!;

    [Fact]
    public async Task Node_RunsATaskAndTellsOfItsEnd_WhenAnotherNodeStartedIt()
    {
        var agent = await GivenAgentAsync();
        var door = await StartNodeAsync(worker: false, Url);
        await StartNodeAsync(worker: true, Url);

        var first = await StartAndWaitAsync(door, agent.Id);
        var second = await StartAndWaitAsync(door, agent.Id);

        (first, second).ShouldBe((AgentTaskStatus.Completed, AgentTaskStatus.Completed));
    }

    [Fact]
    public async Task Node_HearsAgain_WhenItsConnectionWasCut()
    {
        var agent = await GivenAgentAsync();
        var door = await StartNodeAsync(worker: false, Url);
        await StartNodeAsync(worker: true, Url);
        await StartAndWaitAsync(door, agent.Id);

        var cut = await CutAsync();
        var status = await StartAndWaitAsync(door, agent.Id);

        cut.ShouldBe(2);
        status.ShouldBe(AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task Node_SaysThatItDoesNotListenAndPolls_WhenAPoolerStandsBetween()
    {
        using var bouncer = PgBouncer.Start(fixture.Server);
        var database = new NpgsqlConnectionStringBuilder(Url).Database!;
        var log = new NotListening();
        var agent = await GivenAgentAsync();

        var node = await StartNodeAsync(worker: true, bouncer.Url(database), log, poll: TimeSpan.FromMilliseconds(100));
        await log.Said.WaitAsync(Patience, Cancelled);
        var status = await StartAndWaitAsync(node, agent.Id);

        status.ShouldBe(AgentTaskStatus.Completed);
        (await ListenersAsync()).ShouldBe(0);
    }

    private async Task<ServiceProvider> StartNodeAsync(
        bool worker,
        string listen,
        NotListening? log = null,
        TimeSpan? poll = null
    )
    {
        var node = NewNode(
            services =>
            {
                services.Configure<QueueOptions>(queue => queue.Poll = poll ?? TimeSpan.FromMinutes(1));
                if (log is not null)
                {
                    services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(log));
                }
            },
            harness => (harness.Scheduler, harness.Worker, harness.ListenUrl) = (false, worker, listen)
        );
        foreach (var service in node.GetServices<IHostedService>())
        {
            await service.StartAsync(Cancelled);
        }
        return node;
    }

    private static async Task<AgentTaskStatus> StartAndWaitAsync(ServiceProvider node, long agentId)
    {
        var control = node.GetRequiredService<TaskControl>();
        var answer = await control.StartAsync(agentId, new ManualStart(), "dana", Cancelled);
        var task = answer.ShouldBeOfType<TaskAnswer.Accepted>().Task;
        return (await control.WaitAsync(task.Id, Cancelled).WaitAsync(Patience, Cancelled))!.Status;
    }

    private async Task<int> CutAsync()
    {
        await using var db = CreateDb();
        return await db
            .Database.SqlQueryRaw<int>(
                $"SELECT count(pg_terminate_backend(pid))::int AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND application_name = '{NoticeListener.ApplicationName}'"
            )
            .SingleAsync(Cancelled);
    }

    private async Task<int> ListenersAsync()
    {
        await using var db = CreateDb();
        return await db
            .Database.SqlQueryRaw<int>(
                "SELECT count(*)::int AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            )
            .SingleAsync(Cancelled);
    }

    /// <summary>Hears a node say that it does not listen.</summary>
    private sealed class NotListening : ILoggerProvider, ILogger
    {
        private readonly TaskCompletionSource _said = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Said => _said.Task;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (formatter(state, exception).Contains("P38_LISTEN_URL", StringComparison.Ordinal))
            {
                _said.TrySetResult();
            }
        }

        public void Dispose() { }
    }
}
