using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Agents.Versions;
using Project38.Core.Execution;
using Project38.Core.Handoffs;
using Project38.Core.Harness.Queue;
using Project38.Core.Harness.Workers;
using Project38.Core.Tests.Agents;
using Project38.Core.Tools.Sessions;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Workers;

public sealed class SqliteTaskRunnerTests(SqliteFixture fixture) : TaskRunnerContract(fixture);

public sealed class PostgresTaskRunnerTests(PostgresFixture fixture) : TaskRunnerContract(fixture);

public abstract class TaskRunnerContract(DatabaseFixture fixture) : HarnessSuite(fixture)
{
    [Fact]
    public async Task Run_WritesTaskRunAndHandoff_WhenItSucceeds()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync());
        Execute = (_, _) => Task.FromResult(Succeeded("""{"total": 7}""", state: """{"seen": 1}"""));

        await WorkOnceAsync(NewNode());

        var done = await ReadAsync(task.Id);
        done.Status.ShouldBe(AgentTaskStatus.Completed);
        done.Result.ShouldBe("""{"total": 7}""");
        done.CompletedAt.ShouldNotBeNull();
        done.ClaimedBy.ShouldBeNull();
        var run = (await AllAsync<AgentRun>()).ShouldHaveSingleItem();
        (run.TaskId, run.Outcome, run.Number, run.Attempt, run.Fence).ShouldBe((task.Id, "succeeded", 1, 1, 1L));
        (await AllAsync<HandoffRow>()).ShouldHaveSingleItem().State.ShouldBe("""{"seen": 1}""");
        (await InboxAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_WaitsTwiceAsLongEachTimeAndThenTellsTheOwner_WhenItKeepsFailing()
    {
        var agent = await GivenAgentAsync("""{"retry_backoff": 100}""");
        var task = await GivenTaskAsync(agent, maxAttempts: 3);
        Execute = (_, _) => Task.FromResult(Failed("ValueError: no column 'amount'"));
        var node = NewNode();

        await WorkOnceAsync(node);
        var afterFirst = await ReadAsync(task.Id);
        var tooEarly = await WorkOnceAsync(node);
        await ShiftAsync(111);
        await WorkOnceAsync(node);
        var afterSecond = await ReadAsync(task.Id);
        await ShiftAsync(221);
        await WorkOnceAsync(node);

        afterFirst.Status.ShouldBe(AgentTaskStatus.Pending);
        (afterFirst.NotBefore - afterFirst.StartedAt!.Value).TotalSeconds.ShouldBeInRange(100, 130);
        tooEarly.ShouldBeFalse();
        (afterSecond.NotBefore - afterSecond.StartedAt!.Value).TotalSeconds.ShouldBeInRange(200, 240);
        var failed = await ReadAsync(task.Id);
        failed.Status.ShouldBe(AgentTaskStatus.Failed);
        failed.Error.ShouldBe("ValueError: no column 'amount'");
        (await AllAsync<AgentRun>()).Select(run => run.Attempt).Order().ShouldBe([1, 2, 3]);
        var told = (await InboxAsync()).ShouldHaveSingleItem();
        told.TaskId.ShouldBe(task.Id);
        told.Source.ShouldBe("platform");
        told.Text.ShouldContain("no column 'amount'");
    }

    [Fact]
    public async Task Run_FailsAtOnce_WhenTheAgentSaysThatARetryIsOfNoUse()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync(), maxAttempts: 4);
        Execute = (_, _) => Task.FromResult(Failed("no such account", retry: false));

        await WorkOnceAsync(NewNode());

        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Failed);
        (await InboxAsync()).ShouldHaveSingleItem().Text.ShouldContain("no such account");
    }

    [Fact]
    public async Task Run_EndsAsTimeout_WhenItsLastRunWasTooSlow()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync(), maxAttempts: 1);
        Execute = (_, _) => Task.FromResult(TimedOut(TimeSpan.FromSeconds(300)));

        await WorkOnceAsync(NewNode());

        var late = await ReadAsync(task.Id);
        late.Status.ShouldBe(AgentTaskStatus.Timeout);
        late.Error.ShouldNotBeNull().ShouldContain("300 s");
    }

    [Fact]
    public async Task Run_ChangesNothing_WhenItsFenceIsOld()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync());
        var node = NewNode();
        var queue = node.GetRequiredService<ITaskQueue>();
        var stale = (await queue.ClaimAsync("w1", 1, ClaimScope.All, Cancelled))[0];
        await ShiftAsync(31);
        var current = (await queue.ClaimAsync("w2", 1, ClaimScope.All, Cancelled))[0];
        Execute = (_, _) => Task.FromResult(Failed("from the past", retry: false));

        await node.GetRequiredService<TaskRunner>()
            .RunAsync(stale, TimeProvider.System.GetTimestamp(), slots: null, Cancelled);

        var row = await ReadAsync(task.Id);
        (row.Status, row.Fence, row.Error).ShouldBe((AgentTaskStatus.Running, current.Fence, null));
        (await AllAsync<AgentRun>()).ShouldBeEmpty();
        (await AllAsync<HandoffRow>()).ShouldBeEmpty();
        (await InboxAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_KeepsItsVersion_AndTheNextHasTheOtherAndTheSameState_WhenARollbackComesInTheMiddle()
    {
        var agent = (await Database.GivenAgentAsync()).Agent;
        var versions = new VersionRegister(Database.Factory, GivenRisks.Find);
        var second = new NewVersion
        {
            Code = "# 2",
            Tests = null,
            Manifest = Manifest.Empty,
            Hash = "2",
            Origin = "edit",
        };
        await versions.AddAsync(agent.Id, second, "eli", Cancelled);
        var seen = new List<RunRequest>();
        Execute = async (request, cancellationToken) =>
        {
            seen.Add(request);
            await versions.RollbackAsync(agent.Id, 1, "eli", cancellationToken);
            return Succeeded(state: $$"""{"run": {{seen.Count}}}""");
        };
        var node = NewNode();
        await GivenTaskAsync(agent);
        await WorkOnceAsync(node);
        await GivenTaskAsync(agent);

        await WorkOnceAsync(node);

        seen.Select(request => request.Code).ShouldBe(["# 2", "class Agent: ..."]);
        seen[1].Handoff.ShouldNotBeNull().State.GetProperty("run").GetInt32().ShouldBe(1);
        seen[1].Grant.Tools.ShouldBe(["filesystem.read_text"]);
        var numbers = (await AllAsync<AgentVersion>()).ToDictionary(version => version.Id, version => version.Number);
        (await AllAsync<AgentRun>()).OrderBy(run => run.Id).Select(run => numbers[run.VersionId]).ShouldBe([2, 1]);
    }

    [Fact]
    public async Task Run_IsKilledAndKeepsItsLog_WhenAPersonCancelsIt()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync());
        var began = new TaskCompletionSource<RunRequest>();
        var node = NewNode();
        Execute = async (request, cancellationToken) =>
        {
            began.SetResult(request);
            await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken));
            return Killed("row 17 of 90,000");
        };

        var working = WorkOnceAsync(node);
        var request = await began.Task.WaitAsync(Cancelled);
        var heldBefore = await request.Lease.IsHeldAsync(Cancelled);
        var answer = await node.GetRequiredService<TaskControl>().CancelAsync(task.Id, "test", Cancelled);
        await working;

        heldBefore.ShouldBeTrue();
        answer.ShouldBeOfType<TaskAnswer.Accepted>().Task.Status.ShouldBe(AgentTaskStatus.Cancelled);
        (await request.Lease.IsHeldAsync(Cancelled)).ShouldBeFalse();
        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Cancelled);
        var run = (await AllAsync<AgentRun>()).ShouldHaveSingleItem();
        (run.TaskId, run.Outcome, run.Log, run.Fence).ShouldBe((task.Id, "killed", "row 17 of 90,000", 1L));
        (await AllAsync<HandoffRow>()).ShouldBeEmpty();
        (await InboxAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_GetsTheNextNumber_WhenACancelledOneTookItsOwnMeanwhile()
    {
        var agent = await GivenAgentAsync();
        var cancelled = await GivenTaskAsync(agent);
        var node = NewNode();
        var began = new TaskCompletionSource();
        var end = new TaskCompletionSource();
        Execute = async (_, cancellationToken) =>
        {
            began.SetResult();
            await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken));
            await end.Task;
            return Killed();
        };
        var working = WorkOnceAsync(node);
        await began.Task.WaitAsync(Cancelled);
        await node.GetRequiredService<TaskControl>().CancelAsync(cancelled.Id, "test", Cancelled);
        var next = await GivenTaskAsync(agent);
        Execute = async (_, _) =>
        {
            end.SetResult();
            await working;
            return Succeeded();
        };

        await WorkOnceAsync(node);

        (await ReadAsync(next.Id)).Status.ShouldBe(AgentTaskStatus.Completed);
        (await AllAsync<AgentRun>())
            .OrderBy(run => run.Number)
            .Select(run => (run.TaskId, run.Number))
            .ShouldBe([(cancelled.Id, 1), (next.Id, 2)]);
    }

    [Fact]
    public async Task Run_IsHandedBackWithItsAttempt_WhenTheNodeStops()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync(), maxAttempts: 1);
        var began = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        Execute = async (_, cancellationToken) =>
        {
            began.SetResult();
            await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken));
            return Killed();
        };
        var node = NewNode();
        var claim = (await node.GetRequiredService<ITaskQueue>().ClaimAsync("w", 1, ClaimScope.All, Cancelled))[0];

        var running = node.GetRequiredService<TaskRunner>()
            .RunAsync(claim, TimeProvider.System.GetTimestamp(), slots: null, stop.Token);
        await began.Task.WaitAsync(Cancelled);
        await stop.CancelAsync();
        await running;

        var row = await ReadAsync(task.Id);
        (row.Status, row.Attempt, row.Fence).ShouldBe((AgentTaskStatus.Pending, 0, 1L));
    }

    [Fact]
    public async Task Run_FailsWithoutTakingTheNodeWithIt_WhenThePlatformCannotCarryItOut()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync(), maxAttempts: 1);
        Execute = (_, _) => throw new InvalidOperationException("secret detail");

        await WorkOnceAsync(NewNode());

        var failed = await ReadAsync(task.Id);
        failed.Status.ShouldBe(AgentTaskStatus.Failed);
        failed.Error.ShouldNotBeNull().ShouldNotContain("secret detail");
    }

    [Fact]
    public async Task Run_GetsTheMergedConfigTheNarrowedGrantAndItsLimits_WhenItBegins()
    {
        var agent = await GivenAgentAsync(
            """{"symbol": "A", "keep": 1, "timeout": 5, "memory_mb": 64, "tools": ["http.request"]}""",
            row => row.Grant = new Manifest { Tools = ["filesystem.read_text", "http.request"] }
        );
        var node = NewNode();
        RunRequest? seen = null;
        Execute = (request, _) =>
        {
            seen = request;
            return Task.FromResult(Succeeded());
        };

        var answer = await node.GetRequiredService<TaskControl>()
            .StartAsync(agent.Id, new ManualStart("""{"symbol": "B"}"""), "test", Cancelled);
        await WorkOnceAsync(node);

        answer.ShouldBeOfType<TaskAnswer.Accepted>().Task.MaxAttempts.ShouldBe(1);
        var request = seen.ShouldNotBeNull();
        request.Config.GetProperty("symbol").GetString().ShouldBe("B");
        request.Config.GetProperty("keep").GetInt32().ShouldBe(1);
        request.Grant.Tools.ShouldBe(["http.request"]);
        request.Limits.Timeout.ShouldBe(TimeSpan.FromSeconds(5));
        request.Limits.MemoryBytes.ShouldBe(64L * 1024 * 1024);
        request.Handoff.ShouldBeNull();
        request.RunNumber.ShouldBe(1);
    }

    [Fact]
    public async Task Save_SaysItIsSaved_WhenTheAnswerToTheFirstCommitWasLost()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync());
        var node = NewNode();
        var queue = node.GetRequiredService<ITaskQueue>();
        var claim = (await queue.ClaimAsync("w", 1, ClaimScope.All, Cancelled))[0];
        var prepared = await node.GetRequiredService<RunRequests>().PrepareAsync(claim, AlwaysHeld.Instance, Cancelled);
        var ended = prepared!.End(claim, Succeeded(), TimeSpan.FromSeconds(1));
        var completion = node.GetRequiredService<TaskCompletion>();

        var first = await completion.SaveAsync(ended, slots: null, Cancelled);
        var second = await completion.SaveAsync(ended, slots: null, Cancelled);

        first.ShouldBe(AgentTaskStatus.Completed);
        second.ShouldBe(AgentTaskStatus.Completed);
        (await AllAsync<AgentRun>()).ShouldHaveSingleItem().TaskId.ShouldBe(task.Id);
    }

    [Fact]
    public async Task Maintenance_FailsATaskThatKillsItsWorkers_AfterItsAttempts()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync(), maxAttempts: 2);
        var node = NewNode();
        var maintenance = node.GetRequiredService<QueueMaintenance>();
        var queue = node.GetRequiredService<ITaskQueue>();

        for (var attempt = 1; attempt <= 2; attempt++)
        {
            (await queue.ClaimAsync($"w{attempt}", 1, ClaimScope.All, Cancelled)).ShouldHaveSingleItem();
            await maintenance.RunAsync(Cancelled);
            (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Running);
            await ShiftAsync(31);
        }
        var third = await queue.ClaimAsync("w3", 1, ClaimScope.All, Cancelled);
        await maintenance.RunAsync(Cancelled);
        await maintenance.RunAsync(Cancelled);

        third.ShouldBeEmpty();
        var failed = await ReadAsync(task.Id);
        failed.Status.ShouldBe(AgentTaskStatus.Failed);
        failed.Error.ShouldNotBeNull().ShouldContain("lost");
        (await InboxAsync()).ShouldHaveSingleItem().TaskId.ShouldBe(task.Id);
    }

    [Fact]
    public async Task Maintenance_CancelsOpenTasks_WhenTheirAgentWasDeleted()
    {
        var agent = await GivenAgentAsync();
        var task = await GivenTaskAsync(agent);
        var other = await GivenTaskAsync(await GivenAgentAsync());
        await using (var db = CreateDb())
        {
            var now = await NowAsync();
            await db
                .Agents.Where(row => row.Id == agent.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.DeletedAt, now), Cancelled);
        }

        await NewNode().GetRequiredService<QueueMaintenance>().RunAsync(Cancelled);

        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Cancelled);
        (await ReadAsync(other.Id)).Status.ShouldBe(AgentTaskStatus.Pending);
    }
}
