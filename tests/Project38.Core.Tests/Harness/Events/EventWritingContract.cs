using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Audit;
using Project38.Core.Harness.Queue;
using Project38.Core.Harness.Scheduling;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications;
using Project38.Core.Tools.Notifications.Deliveries;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Events;

public sealed class EventWritingOnSqlite(SqliteFixture fixture) : EventWritingContract(fixture);

public sealed class EventWritingOnPostgres(PostgresFixture fixture) : EventWritingContract(fixture);

/// <summary>What happens is written, and nothing of what was said.</summary>
public abstract class EventWritingContract(DatabaseFixture fixture) : EventSuite(fixture)
{
    [Fact]
    public async Task Task_TellsEachStartAndEnd_WhenItFailsOnceAndIsTriedAgain()
    {
        var agent = await GivenAgentAsync("""{"retry_backoff": 0}""");
        var task = await GivenTaskAsync(agent, maxAttempts: 2);
        var runs = 0;
        Execute = (_, _) => Task.FromResult(++runs == 1 ? Failed("no") : Succeeded());
        var node = NewNode();

        await WorkOnceAsync(node);
        await ShiftAsync(10);
        await WorkOnceAsync(node);

        (await StoryAsync()).ShouldBe([
            "task.started ",
            "task.ended retrying",
            "task.started ",
            "task.ended completed",
        ]);
        (await AllEventsAsync()).ShouldAllBe(one => one.TaskId == task.Id && one.AgentId == agent.Id);
    }

    [Fact]
    public async Task Task_TellsThatItEnded_WhenItIsCancelledBeforeItRan()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync());
        var control = NewNode().GetRequiredService<TaskControl>();

        await control.CancelAsync(task.Id, "dana", Cancelled);
        await control.HideAsync(task.Id, "dana", Cancelled);
        await control.RetryAsync(task.Id, "dana", Cancelled);

        (await StoryAsync()).ShouldBe(["task.ended cancelled"]);
    }

    [Fact]
    public async Task Task_TellsOfTheNextClaimAlone_WhenItsWorkerIsLost()
    {
        await GivenTaskAsync(await GivenAgentAsync());
        var node = NewNode();
        var queue = node.GetRequiredService<ITaskQueue>();

        var claim = (await queue.ClaimAsync("first", 1, ClaimScope.All, Cancelled)).ShouldHaveSingleItem();
        await queue.HeartbeatAsync(claim, Cancelled);
        await ShiftAsync(3600);
        (await queue.ClaimAsync("second", 1, ClaimScope.All, Cancelled)).ShouldHaveSingleItem();

        (await StoryAsync()).ShouldBe(["task.started ", "task.started "]);
    }

    [Fact]
    public async Task Tick_TellsOfFiresThatNobodyRan()
    {
        await GivenAgentAsync("""{"schedule": "0 * * * *", "misfire": "skip"}""");
        await ShiftAsync(5 * 3600);

        await NewNode().GetRequiredService<Tick>().RunAsync(Cancelled);

        var lines = await AllAsync<AgentTask>();
        (await StoryAsync()).ShouldBe(
            lines
                .Where(line => line.Status.IsFinished)
                .OrderBy(line => line.Id)
                .Select(line => $"task.{line.Status.ToSnakeCase()} ")
        );
        (await StoryAsync()).ShouldContain("task.missed ");
    }

    [Fact]
    public async Task Message_TellsItsNumber_AndNothingOfItsText()
    {
        var agent = await GivenAgentAsync();
        var message = new NewInboxMessage
        {
            TeamId = Team.Default,
            AgentId = agent.Id,
            TaskId = null,
            Title = "canary",
            Text = "canary",
            Source = "agent",
            IdempotencyKey = "canary",
        };

        var id = await new Inbox(Database.Factory, new NewDeliveries()).SendAsync(message, Cancelled);
        await new Inbox(Database.Factory, new NewDeliveries()).SendAsync(message, Cancelled);

        var one = (await AllEventsAsync()).ShouldHaveSingleItem();
        (one.Kind, one.MessageId, one.AgentId, one.Detail).ShouldBe(("message.new", id, agent.Id, null));
    }

    [Fact]
    public async Task Change_LeavesNoEvent_WhenItIsRolledBack()
    {
        await using (var db = CreateDb())
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Cancelled);
            AuditTrail.Append(db, "test", "agent.edit", "agent:1", await DatabaseClock.NowAsync(db, Cancelled));
            await db.SaveChangesAsync(Cancelled);
        }
        await HappenAsync(2);

        (await AllEventsAsync()).ShouldHaveSingleItem().AgentId.ShouldBe(2);
    }

    private async Task<IEnumerable<string>> StoryAsync() =>
        (await AllEventsAsync())
            .Where(one => one.Kind.StartsWith("task.", StringComparison.Ordinal))
            .Select(one => $"{one.Kind} {one.Detail}");
}
