using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Project38.Core.Execution;
using Project38.Core.Harness;
using Project38.Core.Harness.Queue;
using Project38.Core.Harness.Scheduling;
using Project38.Core.Harness.Workers;
using Project38.Testing;

namespace Project38.Core.Tests.Harness;

public sealed class SqliteHarnessNodeTests(SqliteFixture fixture) : HarnessNodeContract(fixture)
{
    [Fact]
    public async Task Start_RunsAtOnceWhatADeadProcessHeld()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync());
        await NewNode()
            .GetRequiredService<ITaskQueue>()
            .ClaimAsync("a process that was killed", 1, ClaimScope.All, Cancelled);
        var node = NewNode();

        await StartAsync(node);
        await node.GetRequiredService<TaskControl>().WaitAsync(task.Id, Cancelled);
        await StopAsync(node);

        // By the database's clock, which nobody moved: no lease has ended by itself.
        var done = await ReadAsync(task.Id);
        (done.Status, done.Attempt).ShouldBe((AgentTaskStatus.Completed, 2));
        (done.CompletedAt!.Value - done.CreatedAt).ShouldBeLessThan(new QueueOptions().Lease);
    }
}

public sealed class PostgresHarnessNodeTests(PostgresFixture fixture) : HarnessNodeContract(fixture);

/// <summary>A whole node: scheduler, workers and maintenance as the host runs them.</summary>
public abstract class HarnessNodeContract(DatabaseFixture fixture) : HarnessSuite(fixture)
{
    [Fact]
    public async Task Node_RunsThreeTimesAndEachRunSeesTheHandoffBefore_WhenItIsDueEverySecond()
    {
        await GivenAgentAsync("""{"schedule": "* * * * * *"}""");
        var runs = Channel.CreateUnbounded<RunRequest>();
        Execute = (request, _) =>
        {
            runs.Writer.TryWrite(request);
            return Task.FromResult(Succeeded(state: $$"""{"after": {{request.RunNumber}}}"""));
        };
        var node = NewNode();
        await StartAsync(node);

        List<RunRequest> seen = [];
        for (var run = 1; run <= 3; run++)
        {
            await ShiftAsync(1);
            var request = await runs.Reader.ReadAsync(Cancelled);
            await node.GetRequiredService<TaskControl>().WaitAsync(request.TaskId, Cancelled);
            seen.Add(request);
        }
        await StopAsync(node);

        seen.Select(request => request.RunNumber).ShouldBe([1, 2, 3]);
        seen[0].Handoff.ShouldBeNull();
        seen[1].Handoff!.State.GetProperty("after").GetInt32().ShouldBe(1);
        seen[2].Handoff!.State.GetProperty("after").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Stop_LetsRunsFinishAndClaimsNothingNew_WhenTheyEndInTime()
    {
        var agent = await GivenAgentAsync();
        var (began, finish) = (new TaskCompletionSource(), new TaskCompletionSource());
        Execute = async (_, _) =>
        {
            began.TrySetResult();
            await finish.Task;
            return Succeeded();
        };
        var node = NewNode(services => services.Configure<WorkerOptions>(workers => workers.Slots = 1));
        var first = await GivenTaskAsync(agent);
        await StartAsync(node);
        await began.Task.WaitAsync(Cancelled);
        var second = await GivenTaskAsync(await GivenAgentAsync());

        var stopping = StopAsync(node);
        var endedBeforeItsRun = stopping.IsCompleted;
        finish.SetResult();
        await stopping;

        endedBeforeItsRun.ShouldBeFalse();
        (await ReadAsync(first.Id)).Status.ShouldBe(AgentTaskStatus.Completed);
        (await ReadAsync(second.Id)).Status.ShouldBe(AgentTaskStatus.Pending);
    }

    [Fact]
    public async Task Stop_KillsAndHandsBack_WhenARunDoesNotEndInTime()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync(), maxAttempts: 1);
        var began = new TaskCompletionSource();
        Execute = async (_, cancellationToken) =>
        {
            began.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return Succeeded();
        };
        var node = NewNode(services =>
            services.Configure<WorkerOptions>(workers => workers.DrainLimit = TimeSpan.Zero)
        );
        await StartAsync(node);
        await began.Task.WaitAsync(Cancelled);

        await StopAsync(node);

        var row = await ReadAsync(task.Id);
        (row.Status, row.Attempt).ShouldBe((AgentTaskStatus.Pending, 0));
    }

    [Fact]
    public async Task Stop_HandsBackAtOnce_WhenTheDrainIsOverBeforeItsLimit()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync(), maxAttempts: 1);
        var began = new TaskCompletionSource();
        Execute = (_, cancellationToken) => UntilKilledAsync(began, cancellationToken);
        var node = NewNode(services =>
            services.Configure<WorkerOptions>(workers => workers.DrainLimit = TimeSpan.FromHours(1))
        );
        await StartAsync(node);
        await began.Task.WaitAsync(Cancelled);

        var stopping = StopAsync(node);
        var drained = stopping.IsCompleted;
        await node.GetRequiredService<WorkerDrain>().HandBackAsync();
        await stopping;

        drained.ShouldBeFalse();
        var row = await ReadAsync(task.Id);
        (row.Status, row.Attempt).ShouldBe((AgentTaskStatus.Pending, 0));
    }

    [Fact]
    public async Task Fill_ClaimsNothing_OnceTheDrainIsOver()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync());
        var node = NewNode();

        await node.GetRequiredService<WorkerDrain>().HandBackAsync();
        var more = await node.GetRequiredService<WorkerPool>().FillAsync(ClaimScope.All);

        more.ShouldBeFalse();
        (await ReadAsync(task.Id)).Fence.ShouldBe(0);
    }

    [Fact]
    public async Task Stop_HandsBackWhatItWasClaiming()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync(), maxAttempts: 1);
        Execute = (_, cancellationToken) => UntilKilledAsync(new TaskCompletionSource(), cancellationToken);
        var queue = new LateQueue(NewNode().GetRequiredService<ITaskQueue>());
        var node = NewNode(services =>
            services
                .Configure<WorkerOptions>(workers => workers.DrainLimit = TimeSpan.Zero)
                .AddSingleton<ITaskQueue>(queue)
        );
        await StartAsync(node);
        await queue.Claimed.Task.WaitAsync(Cancelled);

        var stopping = StopAsync(node);
        queue.Answer.SetResult();
        await stopping;

        var row = await ReadAsync(task.Id);
        (row.Status, row.Attempt).ShouldBe((AgentTaskStatus.Pending, 0));
    }

    [Fact]
    public async Task Node_RunsWhatItClaimed_WhenTheAnswerWasLost()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync(), maxAttempts: 1);
        var ran = new TaskCompletionSource();
        Execute = (_, _) =>
        {
            ran.SetResult();
            return Task.FromResult(Succeeded());
        };
        var queue = new LateQueue(NewNode().GetRequiredService<ITaskQueue>());
        queue.LoseOne(new NpgsqlException("The connection is gone."));
        var node = NewNode(services => services.AddSingleton<ITaskQueue>(queue));

        await StartAsync(node);
        await ran.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
        await StopAsync(node);

        var row = await ReadAsync(task.Id);
        (row.Status, row.Attempt, row.Fence).ShouldBe((AgentTaskStatus.Completed, 1, 2L));
    }

    [Fact]
    public async Task Node_HandsNothingBack_ThatAClaimUnderWayIsAboutToBegin()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync(), maxAttempts: 1);
        Execute = (_, _) => Task.FromResult(Succeeded());
        var node = NewNode();
        var pool = node.GetRequiredService<WorkerPool>();
        ISlots slots = pool;
        slots.ClaimUnanswered();

        // As the commit of a run does: it claims, and begins what it claimed when the answer is there.
        var turn = await slots.TakeTurnAsync();
        var name = node.GetRequiredService<NodeId>().Value;
        var claims = await node.GetRequiredService<ITaskQueue>().ClaimAsync(name, 1, ClaimScope.All, Cancelled);
        var filling = pool.FillAsync(ClaimScope.All);
        slots.Begin(claims.ShouldHaveSingleItem(), TimeProvider.System.GetTimestamp());
        turn.Dispose();
        await filling;
        await node.GetRequiredService<TaskControl>().WaitAsync(task.Id, Cancelled);

        var row = await ReadAsync(task.Id);
        (row.Status, row.Attempt, row.Fence).ShouldBe((AgentTaskStatus.Completed, 1, 1L));
        (await AllAsync<AgentRun>()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Cancel_EndsARunOfAnotherNode_WhenItIsUnderWay()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync());
        var (began, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        Execute = async (_, cancellationToken) =>
        {
            try
            {
                return await UntilKilledAsync(began, cancellationToken);
            }
            finally
            {
                ended.TrySetResult();
            }
        };
        var worker = NewNode();
        var door = NewNode(harness: harness => harness.Worker = false);
        await StartAsync(worker);
        await began.Task.WaitAsync(Cancelled);

        var answer = await door.GetRequiredService<TaskControl>().CancelAsync(task.Id, "dana", Cancelled);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
        await StopAsync(worker);

        answer.ShouldBeOfType<TaskAnswer.Accepted>();
        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Cancelled);
    }

    private static async Task<RunResult> UntilKilledAsync(TaskCompletionSource began, CancellationToken killed)
    {
        began.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, killed);
        return Succeeded();
    }

    [Fact]
    public async Task Node_RunsNoMoreAtOnceThanItHasSlots_WhenMoreAreDue()
    {
        var (running, most) = (0, 0);
        var gate = new Lock();
        Execute = async (_, _) =>
        {
            lock (gate)
            {
                most = Math.Max(most, ++running);
            }
            await Task.Yield();
            lock (gate)
            {
                running--;
            }
            return Succeeded();
        };
        List<long> tasks = [];
        for (var i = 0; i < 12; i++)
        {
            tasks.Add((await GivenTaskAsync(await GivenAgentAsync())).Id);
        }
        var node = NewNode(services => services.Configure<WorkerOptions>(workers => workers.Slots = 2));

        await StartAsync(node);
        var control = node.GetRequiredService<TaskControl>();
        var finished = await Task.WhenAll(tasks.Select(task => control.WaitAsync(task, Cancelled)));
        await StopAsync(node);

        finished.ShouldAllBe(task => task!.Status == AgentTaskStatus.Completed && task.Attempt == 1);
        most.ShouldBeInRange(1, 2);
    }

    [Fact]
    public async Task Node_RunsOnlyWhatIsStartedByHand_WhenItIsEmbedded()
    {
        var overdue = await GivenTaskAsync(await GivenAgentAsync(), trigger: TaskTrigger.Schedule);
        var agent = await GivenAgentAsync("""{"schedule": "* * * * *"}""");
        await ShiftAsync(3600);
        var node = NewNode(harness: Embedded);
        await StartAsync(node);
        var control = node.GetRequiredService<TaskControl>();
        // Work that the node saw and left alone must not keep it from what is started afterwards.
        var answer = await control.StartAsync(agent.Id, new ManualStart(), "test", Cancelled);

        var started = answer.ShouldBeOfType<TaskAnswer.Accepted>().Task;
        var finished = await control.WaitAsync(started.Id, Cancelled);
        await StopAsync(node);

        finished!.Status.ShouldBe(AgentTaskStatus.Completed);
        (await ReadAsync(overdue.Id)).Status.ShouldBe(AgentTaskStatus.Pending);
        (await AllAsync<AgentTask>()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Node_RunsWhatIsStartedByHand_WhenItIsEmbeddedAndAWorkerDiedWithATaskOfThatAgent()
    {
        var agent = await GivenAgentAsync();
        var lost = await GivenTaskAsync(agent, trigger: TaskTrigger.Schedule);
        var node = NewNode(harness: Embedded);
        var queue = node.GetRequiredService<ITaskQueue>();
        (await queue.ClaimAsync("dead", 1, ClaimScope.All, Cancelled)).ShouldHaveSingleItem();
        await ShiftAsync(31);
        await StartAsync(node);
        var control = node.GetRequiredService<TaskControl>();

        var answer = await control.StartAsync(agent.Id, new ManualStart(), "test", Cancelled);
        var started = answer.ShouldBeOfType<TaskAnswer.Accepted>().Task;
        var finished = await control.WaitAsync(started.Id, Cancelled);
        await StopAsync(node);

        finished!.Status.ShouldBe(AgentTaskStatus.Completed);
        var row = await ReadAsync(lost.Id);
        (row.Status, row.Attempt, row.Fence).ShouldBe((AgentTaskStatus.Pending, 1, 1L));
    }

    [Theory]
    [InlineData(-7)]
    [InlineData(7)]
    public async Task Node_GoesByTheDatabasesClock_WhenItsOwnIsWrongByHours(int hours)
    {
        await GivenAgentAsync("""{"schedule": "0 * * * *"}""");
        var node = NewNode(services => services.AddSingleton<TimeProvider>(new WrongClock(TimeSpan.FromHours(hours))));
        var tick = node.GetRequiredService<Tick>();

        await tick.RunAsync(Cancelled);
        var early = await AllAsync<AgentTask>();
        await ShiftAsync(3600);
        var now = await NowAsync();
        await tick.RunAsync(Cancelled);
        var worked = await WorkOnceAsync(node);

        early.ShouldBeEmpty();
        worked.ShouldBeTrue();
        var task = (await AllAsync<AgentTask>()).ShouldHaveSingleItem();
        task.Status.ShouldBe(AgentTaskStatus.Completed);
        task.ScheduledAt.ShouldBeInRange(now.AddHours(-1), now);
        task.StartedAt!.Value.ShouldBeInRange(now, now.AddMinutes(1));
        (await AllAsync<AgentRun>()).ShouldHaveSingleItem().EndedAt.ShouldBeInRange(now, now.AddMinutes(1));
    }

    private static void Embedded(HarnessOptions harness) => (harness.Scheduler, harness.Embedded) = (false, true);

    private sealed class WrongClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
