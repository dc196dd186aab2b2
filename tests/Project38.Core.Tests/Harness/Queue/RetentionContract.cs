using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Execution;
using Project38.Core.Handoffs;
using Project38.Core.Harness.Queue;
using Project38.Core.Harness.Scheduling;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Queue;

public sealed class SqliteRetentionTests(SqliteFixture fixture) : RetentionContract(fixture);

public sealed class PostgresRetentionTests(PostgresFixture fixture) : RetentionContract(fixture)
{
    [Fact]
    public async Task Sweep_PassesByWhatSomebodyHasInHand_AndDoesNotWait()
    {
        var agent = await GivenAgentAsync();
        await GivenFinishedAsync(agent, 110);
        await ShiftAsync(Days(91));
        await using var db = CreateDb();
        await using var transaction = await db.Database.BeginTransactionAsync(Cancelled);
        var oldest = await db.Tasks.MinAsync(task => task.Id, Cancelled);
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM tasks WHERE id = {oldest} FOR UPDATE", Cancelled);

        var pruned = await NewNode().GetRequiredService<Retention>().PruneAsync(agent.Id, Cancelled);

        pruned.ShouldBe(9);
    }
}

/// <summary>What becomes of old tasks.</summary>
public abstract class RetentionContract(DatabaseFixture fixture) : HarnessSuite(fixture)
{
    [Fact]
    public async Task Sweep_DeletesOldTasksWithTheirRunsAndKeepsTheNewestHundred_WhenAllAreOld()
    {
        var agent = await GivenAgentAsync();
        var tasks = await GivenFinishedAsync(agent, 230);
        await ShiftAsync(Days(91));

        await SweepAsync();

        var kept = tasks.Skip(130).ToList();
        (await AllAsync<AgentTask>()).Select(task => task.Id).Order().ShouldBe(kept);
        (await AllAsync<AgentRun>()).Select(run => run.TaskId).Order().ShouldBe(kept);
    }

    [Fact]
    public async Task Sweep_DeletesWhatIsTooMuch_WhenNothingIsOld()
    {
        var agent = await GivenAgentAsync();
        var tasks = await GivenFinishedAsync(agent, 130);
        var others = await GivenFinishedAsync(await GivenAgentAsync(), 5);

        await SweepAsync(retention => retention.TasksPerAgent = 120);

        (await AllAsync<AgentTask>()).Select(task => task.Id).Order().ShouldBe([.. tasks.Skip(10), .. others]);
    }

    [Fact]
    public async Task Sweep_LeavesWhatIsNotFinished_WhenItIsOld()
    {
        var agent = await GivenAgentAsync();
        var open = await GivenTaskAsync(agent);
        await GivenFinishedAsync(agent, 120);
        await ShiftAsync(Days(91));

        await SweepAsync();

        (await ReadAsync(open.Id)).Status.ShouldBe(AgentTaskStatus.Pending);
        (await AllAsync<AgentTask>()).Count.ShouldBe(101);
    }

    [Fact]
    public async Task Sweep_ChangesNothingOfWhatTheNextRunIsGiven_WhenItDeletesHandoffs()
    {
        var agent = await GivenAgentAsync();
        // The state is the first run's, and 300 failures came since.
        await GivenFinishedAsync(agent, 300, run => run == 1);
        await ShiftAsync(Days(1));
        var before = await NextAsync(agent);

        await SweepAsync(retention => retention.TasksPerAgent = 100);
        var after = await NextAsync(agent);

        before.ShouldNotBeNull();
        JsonSerializer.Serialize(after).ShouldBe(JsonSerializer.Serialize(before));
        (await AllAsync<HandoffRow>()).Count.ShouldBe(201);
    }

    [Fact]
    public async Task Sweep_LetsNoFireComeTwice_WhenItDeletesTheLinesOfTheLedger()
    {
        var agent = await GivenAgentAsync("""{"schedule": "* * * * *"}""");
        var node = NewNode();
        var tick = node.GetRequiredService<Tick>();
        await ShiftAsync((agent.NextFire!.Value - await NowAsync()).TotalSeconds + 1);
        await tick.RunAsync(Cancelled);
        var fired = (await AllAsync<AgentTask>()).ShouldHaveSingleItem();
        await WorkOnceAsync(node);
        await GivenFinishedAsync(agent, 100, first: 2);

        await SweepAsync(retention => retention.TasksPerAgent = 100);
        await tick.RunAsync(Cancelled);

        var lines = (await AllAsync<AgentTask>()).Where(task => task.Trigger == TaskTrigger.Schedule).ToList();
        lines.ShouldNotContain(task => task.ScheduledAt == fired.ScheduledAt);
    }

    private protected static double Days(int days) => TimeSpan.FromDays(days).TotalSeconds;

    /// <summary>Finished tasks of an agent, each with a run and what it left.</summary>
    private protected async Task<List<long>> GivenFinishedAsync(
        Agent agent,
        int count,
        Func<int, bool>? succeeds = null,
        int first = 1
    )
    {
        await using var db = CreateDb();
        var now = await NowAsync();
        List<AgentTask> tasks =
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => new AgentTask
                {
                    AgentId = agent.Id,
                    Trigger = TaskTrigger.Manual,
                    Status = AgentTaskStatus.Completed,
                    ScheduledAt = now,
                    NotBefore = now,
                    CompletedAt = now,
                    CreatedAt = now,
                }),
        ];
        db.Tasks.AddRange(tasks);
        await db.SaveChangesAsync(Cancelled);
        foreach (var (index, task) in tasks.OrderBy(task => task.Id).Index())
        {
            var number = first + index;
            var succeeded = succeeds?.Invoke(number) ?? true;
            db.Runs.Add(
                new AgentRun
                {
                    AgentId = agent.Id,
                    TaskId = task.Id,
                    VersionId = agent.VersionId!.Value,
                    Number = number,
                    Attempt = 1,
                    Outcome = succeeded ? "succeeded" : "failed",
                    StartedAt = now,
                    EndedAt = now,
                }
            );
            db.Handoffs.Add(
                new HandoffRow
                {
                    TeamId = agent.TeamId,
                    AgentId = agent.Id,
                    RunNumber = number,
                    Generation = 1,
                    Succeeded = succeeded,
                    State = succeeded ? "{}" : null,
                    Observations = [new NotedText(now, number.ToString(CultureInfo.InvariantCulture))],
                    EntriesSoFar = number,
                    CreatedAt = now,
                    ExpiresAt = now.AddDays(365),
                }
            );
        }
        await db.SaveChangesAsync(Cancelled);
        return [.. tasks.Select(task => task.Id).Order()];
    }

    private async Task SweepAsync(Action<RetentionOptions>? configure = null) =>
        await NewNode(services => services.Configure(configure ?? (_ => { })))
            .GetRequiredService<Retention>()
            .SweepAsync(Cancelled);

    private async Task<HandoffView?> NextAsync(Agent agent) =>
        (await NewNode().GetRequiredService<HandoffBook>().NextAsync(agent.Id, Cancelled))!.View;
}
