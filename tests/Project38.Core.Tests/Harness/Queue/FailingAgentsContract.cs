using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Tests.Agents;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Queue;

public sealed class SqliteFailingAgentsTests(SqliteFixture fixture) : FailingAgentsContract(fixture);

public sealed class PostgresFailingAgentsTests(PostgresFixture fixture) : FailingAgentsContract(fixture);

/// <summary>Agents that fail again and again.</summary>
public abstract class FailingAgentsContract(DatabaseFixture fixture) : HarnessSuite(fixture)
{
    [Fact]
    public async Task Agent_IsStopped_WhenItsLastTasksFailed()
    {
        var agent = await GivenAgentAsync("""{"schedule": "0 8 * * *"}""");

        await RunAsync(agent, fails: [true, true, false, true, true]);
        var before = await AgentAsync(agent.Id);
        await RunAsync(agent, fails: [true]);

        before.Status.ShouldBe(AgentStatus.Active);
        var after = await AgentAsync(agent.Id);
        (after.Status, after.NextFire).ShouldBe((AgentStatus.Error, null));
        var told = (await InboxAsync()).OrderBy(message => message.Id).ToList();
        told.Count.ShouldBe(5);
        told[^1].Title.ShouldContain("stopped");
        told[^1].Text.ShouldContain("no luck");
        told[^1].Text.ShouldContain($"p38 resume {agent.Id}");
    }

    [Fact]
    public async Task Agent_HasAllItsTriesAgain_OnceItWasResumed()
    {
        var agent = await GivenAgentAsync("""{"pause_after": 2}""");
        await RunAsync(agent, fails: [true, true]);
        var stopped = await AgentAsync(agent.Id);
        await new AgentRegister(Database.Factory, GivenRisks.Find).ResumeAsync(agent.Id, new Editor("dana"), Cancelled);

        await RunAsync(agent, fails: [true]);
        var tried = await AgentAsync(agent.Id);
        await RunAsync(agent, fails: [true]);

        stopped.Status.ShouldBe(AgentStatus.Error);
        tried.Status.ShouldBe(AgentStatus.Active);
        (await AgentAsync(agent.Id)).Status.ShouldBe(AgentStatus.Error);
    }

    [Fact]
    public async Task Agent_GoesOn_WhenItsConfigSaysSo()
    {
        var agent = await GivenAgentAsync("""{"pause_after": 0}""");

        await RunAsync(agent, fails: [true, true, true, true]);

        (await AgentAsync(agent.Id)).Status.ShouldBe(AgentStatus.Active);
        (await InboxAsync()).Count.ShouldBe(4);
    }

    private async Task RunAsync(Agent agent, bool[] fails)
    {
        var node = NewNode();
        foreach (var fail in fails)
        {
            await GivenTaskAsync(agent, maxAttempts: 1);
            Execute = (_, _) => Task.FromResult(fail ? Failed("no luck") : Succeeded());
            (await WorkOnceAsync(node)).ShouldBeTrue();
        }
    }

    private async Task<Agent> AgentAsync(long id)
    {
        await using var db = CreateDb();
        return await db.Agents.AsNoTracking().SingleAsync(agent => agent.Id == id, Cancelled);
    }
}
