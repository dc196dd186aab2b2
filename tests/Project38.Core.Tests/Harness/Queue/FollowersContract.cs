using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Harness.Queue;
using Project38.Core.Harness.Workers;
using Project38.Core.Tests.Agents;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Queue;

public sealed class SqliteFollowersTests(SqliteFixture fixture) : FollowersContract(fixture);

public sealed class PostgresFollowersTests(PostgresFixture fixture) : FollowersContract(fixture);

/// <summary>Agents that start when another succeeds.</summary>
public abstract class FollowersContract(DatabaseFixture fixture) : HarnessSuite(fixture)
{
    [Fact]
    public async Task Success_StartsEachFollowerOnce_WithTheResult()
    {
        var leader = await GivenAgentAsync();
        var (one, two) = (await GivenFollowerAsync(leader), await GivenFollowerAsync(leader));
        await GivenFollowerAsync(leader, agent => agent.Status = AgentStatus.Paused);
        var node = NewNode();
        var task = await GivenTaskAsync(leader);
        Execute = (request, _) =>
            Task.FromResult(Succeeded(request.AgentId == leader.Id ? """{"price": 7}""" : request.Config.GetRawText()));
        await WorkOnceAsync(node);
        await node.GetRequiredService<TaskControl>().RetryAsync(task.Id, "dana", Cancelled);

        while (await WorkOnceAsync(node))
        {
            // The leader's second run, and those that follow.
        }

        var followed = (await AllAsync<AgentTask>()).Where(row => row.Trigger == TaskTrigger.After).ToList();
        followed.Select(row => row.AgentId).ShouldBe([one.Id, two.Id], ignoreOrder: true);
        followed.ShouldAllBe(row => row.Status == AgentTaskStatus.Completed && row.MaxAttempts == 4);
        var trigger = JsonElement.Parse(followed[0].Result!).GetProperty("trigger");
        trigger.GetProperty("kind").GetString().ShouldBe("after");
        trigger.GetProperty("agent_id").GetInt64().ShouldBe(leader.Id);
        trigger.GetProperty("task_id").GetInt64().ShouldBe(task.Id);
        trigger.GetProperty("result").GetProperty("price").GetInt32().ShouldBe(7);
    }

    [Fact]
    public async Task Result_IsLeftOut_WhenItIsTooLarge()
    {
        var leader = await GivenAgentAsync();
        await GivenFollowerAsync(leader);
        var node = NewNode();
        await GivenTaskAsync(leader);
        Execute = (_, _) => Task.FromResult(Succeeded($"\"{new string('x', 64 * 1024)}\""));

        await WorkOnceAsync(node);

        var input = (await AllAsync<TaskInput>()).ShouldHaveSingleItem();
        input.Trigger.Length.ShouldBeLessThan(200);
        JsonElement.Parse(input.Trigger).TryGetProperty("result", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task FailureAndDryRun_StartNobody()
    {
        var leader = await GivenAgentAsync();
        await GivenFollowerAsync(leader);
        var node = NewNode();
        await GivenTaskAsync(leader, maxAttempts: 1);
        Execute = (_, _) => Task.FromResult(Failed("no"));
        await WorkOnceAsync(node);
        Execute = (_, _) => Task.FromResult(Succeeded());
        var start = new ManualStart(DryRun: true);
        await node.GetRequiredService<TaskControl>().StartAsync(leader.Id, start, "dana", Cancelled);

        await WorkOnceAsync(node);

        (await AllAsync<AgentTask>()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Result_WithAnOldFence_StartsNobody()
    {
        var leader = await GivenAgentAsync();
        await GivenFollowerAsync(leader);
        var node = NewNode();
        await GivenTaskAsync(leader);
        var queue = node.GetRequiredService<ITaskQueue>();
        var old = (await queue.ClaimAsync("gone", 1, ClaimScope.All, Cancelled)).ShouldHaveSingleItem();
        await ShiftAsync(3600);
        await WorkOnceAsync(node);

        await node.GetRequiredService<TaskRunner>()
            .RunAsync(old, TimeProvider.System.GetTimestamp(), slots: null, Cancelled);

        (await AllAsync<AgentTask>()).Count(row => row.Trigger == TaskTrigger.After).ShouldBe(1);
    }

    [Fact]
    public async Task Circle_IsRefused_AndSoIsWhomNobodyKnows()
    {
        var agents = new AgentRegister(Database.Factory, GivenRisks.Find);
        var first = await GivenAgentAsync();
        var second = await GivenFollowerAsync(first);
        var third = await GivenFollowerAsync(second);

        var circle = await EditAsync(first.Id, third.Id);
        var self = await EditAsync(first.Id, first.Id);
        var unknown = await EditAsync(first.Id, 999_999);
        var good = await EditAsync(third.Id, first.Id);

        Message(circle).ShouldContain("leads back");
        Message(self).ShouldContain("leads back");
        Message(unknown).ShouldContain("agent 999999");
        good.ShouldBeOfType<AgentChange.Done>();

        Task<AgentChange> EditAsync(long id, long after) =>
            agents.EditAsync(
                id,
                new AgentEdit { Config = $$"""{"after": [{{after}}]}""" },
                new Editor("dana"),
                Cancelled
            );
    }

    [Theory]
    [InlineData("\"3\"")]
    [InlineData("[]")]
    [InlineData("[0]")]
    [InlineData("-1")]
    [InlineData("[1,2,3,4,5,6,7,8,9,10,11]")]
    public void After_IsRefused_WhenItIsNoAgentsNumber(string after)
    {
        AgentConfig.Read($$"""{"after": {{after}}}""", DateTimeOffset.UnixEpoch, out var errors).ShouldBeNull();

        errors.ShouldHaveSingleItem().Field.ShouldBe("config.after");
    }

    private static string Message(AgentChange change) =>
        change.ShouldBeOfType<AgentChange.Invalid>().Errors.ShouldHaveSingleItem().Message;

    private Task<Agent> GivenFollowerAsync(Agent leader, Action<Agent>? with = null) =>
        GivenAgentAsync(
            $$"""{"after": {{leader.Id}}}""",
            agent =>
            {
                agent.Follows = $",{leader.Id},";
                with?.Invoke(agent);
            }
        );
}
