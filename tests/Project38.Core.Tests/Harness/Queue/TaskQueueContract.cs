using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Harness.Queue;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Queue;

public sealed class SqliteTaskQueueTests(SqliteFixture fixture) : TaskQueueContract(fixture);

public sealed class PostgresTaskQueueTests(PostgresFixture fixture) : TaskQueueContract(fixture)
{
    [Fact]
    public async Task Claim_LooksAgain_WhenAnotherTookATaskOfTheSameAgentMeanwhile()
    {
        var agent = await GivenAgentAsync();
        await GivenTaskAsync(agent);
        var younger = await GivenTaskAsync(agent);
        var others = await GivenTaskAsync(await GivenAgentAsync());
        await using var rival = CreateDb();
        await using var transaction = await rival.Database.BeginTransactionAsync(Cancelled);
        await rival.Database.ExecuteSqlAsync(
            $"UPDATE tasks SET status = 'running', fence = 1, lease_until = p38_now() + interval '1 hour' WHERE id = {younger.Id}",
            Cancelled
        );

        // It finds the older one free, and then waits for the rival at the index.
        var claiming = NewNode().GetRequiredService<ITaskQueue>().ClaimAsync("w", 5, ClaimScope.All, Cancelled);
        await UntilSomebodyWaitsAsync();
        await transaction.CommitAsync(Cancelled);
        var claims = await claiming;

        claims.ShouldHaveSingleItem().TaskId.ShouldBe(others.Id);
    }

    private async Task UntilSomebodyWaitsAsync()
    {
        await using var db = CreateDb();
        var waiting = 0;
        while (waiting == 0)
        {
            waiting = await db
                .Database.SqlQueryRaw<int>(
                    "SELECT count(*)::int AS \"Value\" FROM pg_stat_activity "
                        + "WHERE datname = current_database() AND wait_event_type = 'Lock'"
                )
                .SingleAsync(Cancelled);
        }
    }
}

public abstract class TaskQueueContract(DatabaseFixture fixture) : HarnessSuite(fixture)
{
    private ITaskQueue Queue => NewNode().GetRequiredService<ITaskQueue>();

    [Theory]
    [InlineData("o'brien")]
    [InlineData(@"a\'; DROP TABLE tasks; --")]
    [InlineData("{max} ש")]
    public async Task Claim_IsByWhoeverAsks_WhateverTheNameIs(string worker)
    {
        var task = await GivenTaskAsync(await GivenAgentAsync());
        var scope = new ClaimScope(task.CreatedAt) { Labels = [worker, "{worker}", "gpu"] };

        var claims = await NewNode().GetRequiredService<ITaskQueue>().ClaimAsync(worker, 1, scope, Cancelled);

        claims.ShouldHaveSingleItem().TaskId.ShouldBe(task.Id);
        (await ReadAsync(task.Id)).ClaimedBy.ShouldBe(worker);
    }

    [Fact]
    public async Task Claim_GivesEachTaskToOneWorker_WhenFourRace()
    {
        for (var i = 0; i < 100; i++)
        {
            await GivenTaskAsync(await GivenAgentAsync());
        }
        var queue = Queue;

        var claims = await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => ClaimAllAsync(queue, $"w{worker}")));

        var tasks = claims.SelectMany(claim => claim).Select(claim => claim.TaskId).ToList();
        tasks.ShouldBeUnique();
        tasks.Count.ShouldBe(100);
    }

    [Fact]
    public async Task Claim_RunsOneTaskOfAnAgentAtATime_WhenFourRace()
    {
        var agent = await GivenAgentAsync();
        for (var i = 0; i < 10; i++)
        {
            await GivenTaskAsync(agent);
        }
        var queue = Queue;

        var claims = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(worker => queue.ClaimAsync($"w{worker}", 10, ClaimScope.All, Cancelled))
        );

        claims.SelectMany(claim => claim).Count().ShouldBe(1);
    }

    [Fact]
    public async Task Claim_TakesTheOldestFirstUpToItsMaximum_WhenMoreAreDue()
    {
        List<long> due = [];
        for (var i = 0; i < 3; i++)
        {
            due.Add((await GivenTaskAsync(await GivenAgentAsync())).Id);
        }

        var claims = await Queue.ClaimAsync("w", 2, ClaimScope.All, Cancelled);

        claims.Select(claim => claim.TaskId).ShouldBe(due.Take(2));
        claims.ShouldAllBe(claim => claim.Fence == 1 && claim.Attempt == 1 && claim.MaxAttempts == 4);
    }

    [Fact]
    public async Task Claim_LeavesIt_WhenItsTimeHasNotCome()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync());
        await ChangeAsync(task.Id, row => row.NotBefore += TimeSpan.FromSeconds(60));

        var before = await Queue.ClaimAsync("w", 1, ClaimScope.All, Cancelled);
        await ShiftAsync(61);
        var after = await Queue.ClaimAsync("w", 1, ClaimScope.All, Cancelled);

        before.ShouldBeEmpty();
        after.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Claim_LeavesIt_WhenItIsHidden()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync());
        await ChangeAsync(task.Id, row => row.HiddenAt = row.CreatedAt);

        var claims = await Queue.ClaimAsync("w", 1, ClaimScope.All, Cancelled);

        claims.ShouldBeEmpty();
    }

    [Fact]
    public async Task Claim_LeavesScheduledTasksAndTakesManualOnes_WhenTheAgentIsPaused()
    {
        var agent = await GivenAgentAsync(with: row => row.Status = AgentStatus.Paused);
        await GivenTaskAsync(agent, trigger: TaskTrigger.Schedule);
        var manual = await GivenTaskAsync(agent);

        var claims = await Queue.ClaimAsync("w", 5, ClaimScope.All, Cancelled);

        claims.ShouldHaveSingleItem().TaskId.ShouldBe(manual.Id);
    }

    [Fact]
    public async Task Claim_LeavesIt_WhenTheAgentIsDeleted()
    {
        await GivenTaskAsync(await GivenAgentAsync(with: row => row.DeletedAt = row.CreatedAt));

        var claims = await Queue.ClaimAsync("w", 1, ClaimScope.All, Cancelled);

        claims.ShouldBeEmpty();
    }

    [Fact]
    public async Task Claim_TakesOnlyWhatWasStartedByHandSince_WhenItsScopeSaysSo()
    {
        await GivenTaskAsync(await GivenAgentAsync());
        await GivenTaskAsync(await GivenAgentAsync(), trigger: TaskTrigger.Schedule);
        await ShiftAsync(1);
        var since = await NowAsync();
        var agent = await GivenAgentAsync();
        await GivenTaskAsync(agent, trigger: TaskTrigger.Schedule);
        var manual = await GivenTaskAsync(agent);

        var claims = await Queue.ClaimAsync("w", 5, new ClaimScope(since), Cancelled);

        claims.ShouldHaveSingleItem().TaskId.ShouldBe(manual.Id);
    }

    [Fact]
    public async Task Claim_TakesItAgainWithAHigherFence_WhenItsLeaseHasEnded()
    {
        await GivenTaskAsync(await GivenAgentAsync());
        var queue = Queue;
        var first = await queue.ClaimAsync("w1", 1, ClaimScope.All, Cancelled);

        await ShiftAsync(29);
        var early = await queue.ClaimAsync("w2", 1, ClaimScope.All, Cancelled);
        await ShiftAsync(2);
        var second = await queue.ClaimAsync("w2", 1, ClaimScope.All, Cancelled);

        early.ShouldBeEmpty();
        var again = second.ShouldHaveSingleItem();
        again.Fence.ShouldBeGreaterThan(first[0].Fence);
        again.Attempt.ShouldBe(2);
        (await queue.HeartbeatAsync(first[0], Cancelled)).ShouldBeFalse();
        (await queue.IsHeldAsync(first[0], Cancelled)).ShouldBeFalse();
        (await queue.HandBackAsync(first[0], Cancelled)).ShouldBeFalse();
        (await queue.IsHeldAsync(again, Cancelled)).ShouldBeTrue();
    }

    [Fact]
    public async Task Heartbeat_KeepsOthersAway_WhenItRenewsInTime()
    {
        await GivenTaskAsync(await GivenAgentAsync());
        var queue = Queue;
        var claim = (await queue.ClaimAsync("w1", 1, ClaimScope.All, Cancelled))[0];

        await ShiftAsync(20);
        var renewed = await queue.HeartbeatAsync(claim, Cancelled);
        await ShiftAsync(20);
        var others = await queue.ClaimAsync("w2", 1, ClaimScope.All, Cancelled);

        renewed.ShouldBeTrue();
        others.ShouldBeEmpty();
    }

    [Fact]
    public async Task HandBack_MakesItDueWithoutCountingTheAttempt_WhenHeld()
    {
        await GivenTaskAsync(await GivenAgentAsync());
        var queue = Queue;
        var first = (await queue.ClaimAsync("w1", 1, ClaimScope.All, Cancelled))[0];

        var handedBack = await queue.HandBackAsync(first, Cancelled);
        var second = await queue.ClaimAsync("w2", 1, ClaimScope.All, Cancelled);

        handedBack.ShouldBeTrue();
        var again = second.ShouldHaveSingleItem();
        again.Attempt.ShouldBe(1);
        again.Fence.ShouldBeGreaterThan(first.Fence);
    }

    private static async Task<List<ClaimedTask>> ClaimAllAsync(ITaskQueue queue, string worker)
    {
        List<ClaimedTask> all = [];
        while (await queue.ClaimAsync(worker, 7, ClaimScope.All, Cancelled) is { Count: > 0 } some)
        {
            all.AddRange(some);
        }
        return all;
    }

    private async Task ChangeAsync(long taskId, Action<AgentTask> change)
    {
        await using var db = CreateDb();
        change(await db.Tasks.SingleAsync(task => task.Id == taskId, Cancelled));
        await db.SaveChangesAsync(Cancelled);
    }
}
