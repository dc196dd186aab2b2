using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Agents.Risks;
using Project38.Core.Execution;
using Project38.Core.Harness.Queue;
using Project38.Core.Harness.Repairs;
using Project38.Core.Tests.Agents;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Workers;

public sealed class SqliteRiskTests(SqliteFixture fixture) : RiskContract(fixture);

public sealed class PostgresRiskTests(PostgresFixture fixture) : RiskContract(fixture);

/// <summary>The one place that no door goes round: a run whose grant holds all three risks without a person's yes.</summary>
public abstract class RiskContract(DatabaseFixture fixture) : HarnessSuite(fixture)
{
    [Theory]
    [InlineData(TaskTrigger.Schedule)]
    [InlineData(TaskTrigger.Manual)]
    public async Task Run_DoesNotBegin_AndTheAgentIsStopped_WhenNobodySaidYes(TaskTrigger trigger)
    {
        // What goes on whatever fails does not go on here: nothing would change.
        var agent = await GivenAgentAsync(
            """{"pause_after": 0, "schedule": "0 8 * * *"}""",
            with: one => one.Grant = GivenRisks.All
        );
        var task = await GivenTaskAsync(agent, maxAttempts: 4, trigger);
        Execute = (_, _) => throw new InvalidOperationException("Its program was started.");
        var node = NewNode();

        await WorkOnceAsync(node);
        var more = await WorkOnceAsync(node);

        more.ShouldBeFalse();
        var ended = await ReadAsync(task.Id);
        ended.Status.ShouldBe(AgentTaskStatus.Failed);
        ended.Error.ShouldNotBeNull().ShouldContain("private data (filesystem.read_text)");
        ended.Error.ShouldContain($"p38 resume {agent.Id}");
        (await AllAsync<AgentRun>()).ShouldHaveSingleItem().Outcome.ShouldBe("failed");
        (await AllAsync<Repair>()).ShouldBeEmpty();
        var told = (await InboxAsync()).ShouldHaveSingleItem();
        told.Title.ShouldContain("was stopped");
        told.Text.ShouldContain("Nobody has said yes");
        var after = (await AllAsync<Agent>()).ShouldHaveSingleItem();
        (after.Status, after.NextFire).ShouldBe((AgentStatus.Error, null));
    }

    [Fact]
    public async Task Run_Begins_WhenAPersonSaidYesToAllOfIt()
    {
        var agent = await GivenAgentAsync(with: one =>
        {
            one.Grant = GivenRisks.All;
            one.AcceptedRisks = new AcceptedRisks("dana", DateTimeOffset.UnixEpoch, GivenRisks.All);
        });
        var task = await GivenTaskAsync(agent);

        await WorkOnceAsync(NewNode());

        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task Run_DoesNotBegin_WhenTheYesWasToLess()
    {
        var agent = await GivenAgentAsync(with: one =>
        {
            one.Grant = GivenRisks.All with { Hosts = ["evil.example"] };
            one.AcceptedRisks = new AcceptedRisks("dana", DateTimeOffset.UnixEpoch, GivenRisks.All);
        });
        var task = await GivenTaskAsync(agent);

        await WorkOnceAsync(NewNode());

        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Failed);
    }

    [Theory]
    [InlineData("{}", """{"tools": ["http.request"]}""", true)]
    [InlineData("""{"tools": ["http.request"]}""", null, true)]
    [InlineData("""{"tools": ["http.request"]}""", """{"tools": ["http.request", "filesystem.read_text"]}""", false)]
    [InlineData("{}", null, false)]
    public async Task Start_GoesByWhatTheRunWouldHold(string config, string? start, bool starts)
    {
        var agent = await GivenAgentAsync(config, with: one => one.Grant = GivenRisks.All);
        var node = NewNode();
        var control = node.GetRequiredService<TaskControl>();

        var real = await control.StartAsync(agent.Id, new ManualStart(start), "dana", Cancelled);
        var dry = await control.StartAsync(agent.Id, new ManualStart(start, DryRun: true), "dana", Cancelled);
        await WorkOnceAsync(node);

        (real is TaskAnswer.Accepted, dry is TaskAnswer.Accepted).ShouldBe((starts, starts));
        (real is TaskAnswer.Unaccepted, dry is TaskAnswer.Unaccepted).ShouldBe((!starts, !starts));
        (await AllAsync<AgentRun>()).Select(run => run.Outcome).ShouldBe(starts ? ["succeeded"] : []);
    }
}
