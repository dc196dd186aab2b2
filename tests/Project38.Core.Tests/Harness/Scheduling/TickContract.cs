using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Harness.Queue;
using Project38.Core.Harness.Scheduling;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Scheduling;

public sealed class SqliteTickTests(SqliteFixture fixture) : TickContract(fixture);

public sealed class PostgresTickTests(PostgresFixture fixture) : TickContract(fixture);

public abstract class TickContract(DatabaseFixture fixture) : HarnessSuite(fixture)
{
    [Fact]
    public async Task Tick_WritesOneTaskForEachFire_WhenFourRace()
    {
        List<Agent> agents = [];
        for (var i = 0; i < 25; i++)
        {
            agents.Add(
                await GivenAgentAsync("""{"schedule": "* * * * *", "misfire": "run_all", "overlap": "queue"}""")
            );
        }
        var ticks = Enumerable.Range(0, 4).Select(_ => NewNode().GetRequiredService<Tick>()).ToList();

        for (var minute = 0; minute < 3; minute++)
        {
            await ShiftAsync(60);
            await Task.WhenAll(ticks.Select(tick => TickUntilIdleAsync(tick)));
        }

        var tasks = await AllAsync<AgentTask>();
        tasks.ShouldAllBe(task => task.Status == AgentTaskStatus.Pending && task.MaxAttempts == 4);
        foreach (var agent in agents)
        {
            var end = (await FindAsync(agent.Id)).NextFire!.Value;
            var fires = tasks.Where(task => task.AgentId == agent.Id).Select(task => task.ScheduledAt).Order().ToList();
            fires.ShouldBe(EachMinute(agent.NextFire!.Value, end));
            fires.Count.ShouldBeGreaterThanOrEqualTo(3);
        }
    }

    [Fact]
    public async Task Tick_WritesNothing_WhenNothingIsDue()
    {
        var agent = await GivenAgentAsync("""{"schedule": "0 0 1 1 *"}""");

        var sleep = await NewNode().GetRequiredService<Tick>().RunAsync(Cancelled);

        sleep.ShouldBe(TimeSpan.FromSeconds(1));
        (await AllAsync<AgentTask>()).ShouldBeEmpty();
        (await FindAsync(agent.Id)).NextFire.ShouldBe(agent.NextFire);
    }

    [Fact]
    public async Task Tick_RunsTheLastAndTellsTheOthersInOneLine_WhenAnOutageMissedSeveral()
    {
        var agent = await GivenAgentAsync("""{"schedule": "* * * * *"}""");
        var first = agent.NextFire!.Value;
        await ShiftToAsync(first.AddMinutes(4));

        await NewNode().GetRequiredService<Tick>().RunAsync(Cancelled);

        var lines = (await AllAsync<AgentTask>()).OrderBy(task => task.ScheduledAt).ToList();
        lines.Count.ShouldBe(2);
        lines[0].Status.ShouldBe(AgentTaskStatus.Missed);
        lines[0].ScheduledAt.ShouldBe(first);
        lines[0].LastFireAt.ShouldBe(first.AddMinutes(3));
        lines[0].Fires.ShouldBe(4);
        lines[0].Error.ShouldNotBeNull().ShouldContain("run_once");
        lines[1].Status.ShouldBe(AgentTaskStatus.Pending);
        lines[1].ScheduledAt.ShouldBe(first.AddMinutes(4));
        (await FindAsync(agent.Id)).NextFire.ShouldBe(first.AddMinutes(5));
    }

    [Fact]
    public async Task Tick_WritesALineWithTheReason_WhenTheTaskBeforeIsNotFinished()
    {
        var agent = await GivenAgentAsync("""{"schedule": "* * * * *"}""");
        var tick = NewNode().GetRequiredService<Tick>();
        await ShiftToAsync(agent.NextFire!.Value);
        await tick.RunAsync(Cancelled);
        var open = (await AllAsync<AgentTask>()).ShouldHaveSingleItem();

        await ShiftAsync(60);
        await tick.RunAsync(Cancelled);

        var skipped = (await AllAsync<AgentTask>()).Single(task => task.Id != open.Id);
        skipped.Status.ShouldBe(AgentTaskStatus.Skipped);
        skipped.Error.ShouldNotBeNull().ShouldContain($"task {open.Id}");
        skipped.CompletedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Tick_KeepsTheLineThatIsThere_WhenTheSameFireComesAgain()
    {
        var agent = await GivenAgentAsync("""{"schedule": "* * * * *"}""");
        var fire = agent.NextFire!.Value;
        var tick = NewNode().GetRequiredService<Tick>();
        await ShiftToAsync(fire);
        await tick.RunAsync(Cancelled);
        var before = (await AllAsync<AgentTask>()).ShouldHaveSingleItem();

        await ChangeAsync(agent.Id, row => row.NextFire = fire);
        await tick.RunAsync(Cancelled);

        (await AllAsync<AgentTask>()).ShouldHaveSingleItem().Id.ShouldBe(before.Id);
    }

    [Fact]
    public async Task Tick_TakesTheAgentOffAndTellsItsOwner_WhenItsTimeZoneIsGone()
    {
        var broken = await GivenAgentAsync("""{"schedule": "* * * * *"}""");
        var sound = await GivenAgentAsync("""{"schedule": "* * * * *"}""");
        await ChangeAsync(
            broken.Id,
            row => row.Config = """{"schedule": "* * * * *", "timezone": "Europe/Atlantis"}"""
        );
        await ShiftAsync(60);

        await NewNode().GetRequiredService<Tick>().RunAsync(Cancelled);

        var agent = await FindAsync(broken.Id);
        agent.Status.ShouldBe(AgentStatus.Error);
        agent.NextFire.ShouldBeNull();
        var told = (await InboxAsync()).ShouldHaveSingleItem();
        told.AgentId.ShouldBe(broken.Id);
        told.Text.ShouldContain("Europe/Atlantis");
        (await AllAsync<AgentTask>()).ShouldHaveSingleItem().AgentId.ShouldBe(sound.Id);
    }

    [Theory]
    [InlineData(AgentStatus.Paused)]
    [InlineData(AgentStatus.Draft)]
    public async Task Tick_LeavesTheAgent_WhenItIsNotActive(AgentStatus status)
    {
        var agent = await GivenAgentAsync("""{"schedule": "* * * * *"}""", row => row.Status = status);
        await ShiftAsync(120);

        await NewNode().GetRequiredService<Tick>().RunAsync(Cancelled);

        (await AllAsync<AgentTask>()).ShouldBeEmpty();
        (await FindAsync(agent.Id)).NextFire.ShouldBe(agent.NextFire);
    }

    [Fact]
    public async Task Tick_FiresEachAgentAtItsOwnMinute_WhenTheScheduleIsSpread()
    {
        const string Config = """{"schedule": "H * * * *"}""";
        var agent = await GivenAgentAsync();
        var own = AgentConfig.Read(Config, await NowAsync(), out _)!.Schedule!.For(agent.Id);
        var first = own.NextAfter(await NowAsync())!.Value;
        await ChangeAsync(agent.Id, row => (row.Config, row.NextFire) = (Config, first));
        await ShiftToAsync(first);

        await NewNode().GetRequiredService<Tick>().RunAsync(Cancelled);

        (await AllAsync<AgentTask>()).ShouldHaveSingleItem().ScheduledAt.ShouldBe(first);
        (await FindAsync(agent.Id)).NextFire.ShouldBe(first.AddHours(1));
    }

    [Fact]
    public async Task Tick_LetsTheTaskWait_WhenTheAgentHasJitter()
    {
        var agent = await GivenAgentAsync("""{"schedule": "* * * * *", "jitter": 3600}""");
        var first = agent.NextFire!.Value;
        await ShiftToAsync(first);

        await NewNode().GetRequiredService<Tick>().RunAsync(Cancelled);

        var task = (await AllAsync<AgentTask>()).ShouldHaveSingleItem();
        task.ScheduledAt.ShouldBe(first);
        task.NotBefore.ShouldBe(first + FireJitter.Of(agent.Id, first, TimeSpan.FromHours(1)));
        task.NotBefore.ShouldBeGreaterThan(first);
    }

    [Fact]
    public async Task Tick_RunsTheLastFireAndPlansNone_WhenTheScheduleEnds()
    {
        var end = (await NowAsync()).AddMinutes(2);
        var config = $$"""{"schedule": "* * * * *", "not_after": "{{end:yyyy-MM-dd'T'HH:mm:ss'Z'}}"}""";
        var agent = await GivenAgentAsync(config);
        var tick = NewNode().GetRequiredService<Tick>();
        await ShiftToAsync(agent.NextFire!.Value.AddHours(1));

        await tick.RunAsync(Cancelled);

        var lines = (await AllAsync<AgentTask>()).OrderBy(task => task.ScheduledAt).ToList();
        lines.Sum(line => line.Fires).ShouldBe(2);
        lines[^1].Status.ShouldBe(AgentTaskStatus.Pending);
        lines[^1].ScheduledAt.ShouldBeLessThanOrEqualTo(end);
        var over = await FindAsync(agent.Id);
        (over.Status, over.NextFire).ShouldBe((AgentStatus.Active, null));
        (await WorkOnceAsync(NewNode())).ShouldBeTrue();
        (await ReadAsync(lines[^1].Id)).Status.ShouldBe(AgentTaskStatus.Completed);
    }

    private static async Task TickUntilIdleAsync(Tick tick)
    {
        while (await tick.RunAsync(Cancelled) == TimeSpan.Zero)
        {
            await Task.Yield();
        }
    }

    private static IEnumerable<DateTimeOffset> EachMinute(DateTimeOffset first, DateTimeOffset end)
    {
        for (var fire = first; fire < end; fire = fire.AddMinutes(1))
        {
            yield return fire;
        }
    }

    private async Task ShiftToAsync(DateTimeOffset instant) =>
        await Database.ShiftClockAsync(instant - await NowAsync(), Cancelled);

    private async Task<Agent> FindAsync(long id)
    {
        await using var db = CreateDb();
        return await db.Agents.AsNoTracking().SingleAsync(agent => agent.Id == id, Cancelled);
    }

    private async Task ChangeAsync(long id, Action<Agent> change)
    {
        await using var db = CreateDb();
        change(await db.Agents.SingleAsync(agent => agent.Id == id, Cancelled));
        await db.SaveChangesAsync(Cancelled);
    }
}
