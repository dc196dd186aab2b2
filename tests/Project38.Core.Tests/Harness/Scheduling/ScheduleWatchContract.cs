using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Harness.Nodes;
using Project38.Core.Harness.Scheduling;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Scheduling;

public sealed class SqliteScheduleWatchTests(SqliteFixture fixture) : ScheduleWatchContract(fixture);

public sealed class PostgresScheduleWatchTests(PostgresFixture fixture) : ScheduleWatchContract(fixture);

public abstract class ScheduleWatchContract(DatabaseFixture fixture) : HarnessSuite(fixture)
{
    private const string EachMinute = """{"schedule": "* * * * *"}""";

    [Fact]
    public async Task Alert_TellsOncePerOutage_WhenFiresComeAndNothingTicks()
    {
        var agent = await GivenAgentAsync(EachMinute);
        await GivenAgentAsync(EachMinute);
        var (one, other) = (NewWatch(), NewWatch());
        await ShiftAsync(7 * 60);

        await one.AlertAsync(Cancelled);
        await ShiftAsync(60);
        await other.AlertAsync(Cancelled);

        var told = (await InboxAsync()).ShouldHaveSingleItem();
        told.AgentId.ShouldBeNull();
        told.Text.ShouldStartWith($"2 agents should have fired, the first at {agent.NextFire:u}, ");
        told.Text.ShouldContain("No node with the role 'scheduler' lives: start one");
        (await one.FindAsync(Cancelled)).ShouldNotBeNull().Agents.ShouldBe(2);
    }

    [Fact]
    public async Task Alert_TellsAgain_WhenSchedulesStopASecondTime()
    {
        await GivenAgentAsync(EachMinute);
        var watch = NewWatch();
        await ShiftAsync(7 * 60);
        await watch.AlertAsync(Cancelled);

        await NewNode().GetRequiredService<Tick>().RunAsync(Cancelled);
        var between = await watch.FindAsync(Cancelled);
        await ShiftAsync(7 * 60);
        await watch.AlertAsync(Cancelled);

        between.ShouldBeNull();
        (await InboxAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Alert_NamesTheNode_WhenASchedulerLivesAndDoesNotTick()
    {
        await GivenAgentAsync(EachMinute);
        await ShiftAsync(7 * 60);
        var node = NewNode();
        await node.GetRequiredService<NodeBook>().BeatAsync(Cancelled);

        await node.GetRequiredService<ScheduleWatch>().AlertAsync(Cancelled);

        var id = (await AllAsync<Node>()).ShouldHaveSingleItem().Id;
        (await InboxAsync()).ShouldHaveSingleItem().Text.ShouldContain($"{id} should have");
    }

    [Fact]
    public async Task Alert_TellsNothing_WhileAFireIsALittleLateOrItsAgentIsNotActive()
    {
        await GivenAgentAsync(EachMinute);
        await GivenAgentAsync(
            EachMinute,
            row => (row.Status, row.NextFire) = (AgentStatus.Paused, row.CreatedAt.AddDays(-1))
        );
        await ShiftAsync(4 * 60);

        await NewWatch().AlertAsync(Cancelled);

        (await InboxAsync()).ShouldBeEmpty();
    }

    private ScheduleWatch NewWatch() => NewNode().GetRequiredService<ScheduleWatch>();
}
