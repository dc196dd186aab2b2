using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Execution;
using Project38.Core.Execution.Records;
using Project38.Core.Harness.Replays;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Approvals;

public sealed class SqliteReplayTests(SqliteFixture fixture) : ReplayContract(fixture);

public sealed class PostgresReplayTests(PostgresFixture fixture) : ReplayContract(fixture);

/// <summary>Runs that are recorded whole, and executed again without the world.</summary>
public abstract class ReplayContract(DatabaseFixture fixture) : ApprovalSuite(fixture)
{
    private const string Lucky = """
        import random
        import secrets
        import time
        import uuid
        from datetime import UTC, datetime

        from p38 import tools


        class Agent:
            def __init__(self, config):
                self.name = config.get("name", "x")

            async def execute(self):
                began = datetime.now(UTC).isoformat()
                chosen = [random.random(), random.Random().random(), secrets.token_hex(8), str(uuid.uuid4())]
                print(self.name, began, chosen, time.time_ns())
                await tools.filesystem.append_text("log.txt", f"{began} {chosen}\n")
                text = await tools.filesystem.read_text("log.txt")
                await tools.notifications.send(f"{len(text)} at {time.time()}")
                return {"status": "success", "result": [began, chosen, text]}
        """;

    [Fact]
    public async Task Replay_GivesTheSame_AndTouchesNothing()
    {
        var node = NewRealNode();
        var agent = await GivenAskingAgentAsync(Lucky, """{"record": true, "name": "lucky"}""");
        var run = await GivenRunAsync(node, agent);
        var before = FileOf(node, agent, "log.txt");

        var report = (await ReplayAsync(node, run)).ShouldBeOfType<ReplayAnswer.Replayed>().Report;

        report.Differences.ShouldBeEmpty();
        (report.Calls, report.Again.Output, report.Again.Log).ShouldBe((3, run.Output, run.Log));
        run.Log.ShouldContain("lucky");
        FileOf(node, agent, "log.txt").ShouldBe(before);
        (await InboxAsync()).ShouldHaveSingleItem();
        (await AllAsync<AgentRun>()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Replay_GoesThroughAQuestionThatWasAnswered()
    {
        var node = NewRealNode();
        var agent = await GivenAskingAgentAsync(Buyer, """{"record": true, "shares": 2}""");
        var (_, approval) = await GivenWaitingAsync(node, agent);
        await ApproveAsync(node, approval);
        await WorkOnceAsync(node);
        var run = (await AllAsync<AgentRun>()).Single(one => one.Outcome == "succeeded");
        var asked = (await AllAsync<AgentRun>()).Single(one => one.Outcome == "asked");

        var report = (await ReplayAsync(node, run)).ShouldBeOfType<ReplayAnswer.Replayed>().Report;

        report.Differences.ShouldBeEmpty();
        report.Calls.ShouldBe(4);
        (await ReplayAsync(node, asked)).ShouldBeOfType<ReplayAnswer.Refused>();
    }

    [Fact]
    public async Task Replay_SaysWhereItDiverged_WhenTheProgramLooksElsewhereForItsChance()
    {
        var node = NewRealNode();
        var agent = await GivenAskingAgentAsync(
            """
            import time

            from p38 import tools


            class Agent:
                def __init__(self, config):
                    pass

                async def execute(self):
                    await tools.filesystem.append_text("log.txt", "once")
                    await tools.filesystem.append_text("log.txt", str(time.perf_counter_ns()))
                    return {"status": "success"}
            """,
            """{"record": true}"""
        );
        var run = await GivenRunAsync(node, agent);
        var before = FileOf(node, agent, "log.txt");

        var report = (await ReplayAsync(node, run)).ShouldBeOfType<ReplayAnswer.Replayed>().Report;

        report
            .Differences.ShouldHaveSingleItem()
            .ShouldContain("diverged at call 2: it called filesystem.append_text with other");
        FileOf(node, agent, "log.txt").ShouldBe(before);
    }

    [Fact]
    public async Task Replay_ShowsTheSameFailure()
    {
        var node = NewRealNode();
        var agent = await GivenAskingAgentAsync(
            """
            from p38 import tools


            class Agent:
                def __init__(self, config):
                    pass

                async def execute(self):
                    await tools.filesystem.read_text("missing.txt")
            """,
            """{"record": true}"""
        );
        var run = await GivenRunAsync(node, agent);

        var report = (await ReplayAsync(node, run)).ShouldBeOfType<ReplayAnswer.Replayed>().Report;

        report.Differences.ShouldBeEmpty();
        (report.Again.Outcome, report.Again.Error).ShouldBe(("failed", run.Error));
    }

    [Fact]
    public async Task Replay_IsRefusedInWords_WhenNothingWasRecorded()
    {
        var node = NewRealNode();
        var agent = await GivenAskingAgentAsync(Lucky, "{}");
        var run = await GivenRunAsync(node, agent);

        var answer = await ReplayAsync(node, run);

        answer.ShouldBeOfType<ReplayAnswer.Refused>().Reason.ShouldContain($"p38 config {agent.Id} record=true");
        (await AllAsync<RunRecord>()).ShouldBeEmpty();
        (
            await node.GetRequiredService<RunReplays>().ReplayAsync(4711, Cancelled)
        ).ShouldBeOfType<ReplayAnswer.NotFound>();
    }

    private async Task<AgentRun> GivenRunAsync(ServiceProvider node, Core.Agents.Agent agent)
    {
        await GivenTaskAsync(agent, maxAttempts: 1);
        (await WorkOnceAsync(node)).ShouldBeTrue();
        return (await AllAsync<AgentRun>()).ShouldHaveSingleItem();
    }

    private static Task<ReplayAnswer> ReplayAsync(ServiceProvider node, AgentRun run) =>
        node.GetRequiredService<RunReplays>().ReplayAsync(run.Id, Cancelled);
}
