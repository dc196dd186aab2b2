using System.Text;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Approvals;
using Project38.Core.Audit;
using Project38.Core.Execution;
using Project38.Core.Execution.Records;
using Project38.Core.Handoffs;
using Project38.Core.Harness.Approvals;
using Project38.Core.Harness.Queue;
using Project38.Core.Tools.Usage;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Approvals;

public sealed class SqliteAskingRunTests(SqliteFixture fixture) : AskingRunContract(fixture);

public sealed class PostgresAskingRunTests(PostgresFixture fixture) : AskingRunContract(fixture);

/// <summary>Real programs in the sandbox that ask a person.</summary>
public abstract class AskingRunContract(DatabaseFixture fixture) : ApprovalSuite(fixture)
{
    [Fact]
    public async Task Ask_EndsTheRun_AndWithTheAnswerItGoesOn_WithoutMakingAgainWhatWasMade()
    {
        var node = NewRealNode();
        var agent = await GivenAskingAgentAsync();

        var (task, approval) = await GivenWaitingAsync(node, agent);

        (task.Attempt, task.MaxAttempts, task.ClaimedBy, task.LeaseUntil, task.CompletedAt).ShouldBe(
            (0, 1, null, null, null)
        );
        task.Error.ShouldBe("It waits for a person. It asks: Buy 3 shares?");
        FileOf(node, agent, "log.txt").ShouldBe("before\n");
        (approval.Question, approval.Details, approval.ExpiresAt - approval.CreatedAt).ShouldBe(
            ("Buy 3 shares?", "For 500 USD.", TimeSpan.FromHours(24))
        );
        var asked = (await AllAsync<AgentRun>()).ShouldHaveSingleItem();
        (asked.Outcome, asked.Log, asked.Error).ShouldBe(("asked", "asking\n", "It asks: Buy 3 shares?"));
        var told = (await InboxAsync()).ShouldHaveSingleItem();
        told.Title.ShouldBe("watcher asks: Buy 3 shares?");
        told.Text.ShouldContain($"p38 approvals approve {approval.Id}");
        (await AllAsync<HandoffRow>()).ShouldBeEmpty();
        var record = (await AllAsync<RunRecord>()).ShouldHaveSingleItem();
        record.Calls.ShouldBe(2);
        Encoding.Latin1.GetString(record.Sealed).ShouldNotContain("before");

        (await ApproveAsync(node, approval)).ShouldBeOfType<DecisionResult.Decided>();
        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Pending);
        (await WorkOnceAsync(node)).ShouldBeTrue();

        var done = await ReadAsync(task.Id);
        (done.Status, done.Result, done.Attempt, done.Error).ShouldBe((AgentTaskStatus.Completed, "true", 1, null));
        FileOf(node, agent, "log.txt").ShouldBe("before\napproved dana go on\ncleanup\n");
        (await AllAsync<RunRecord>()).ShouldBeEmpty();
        (await AllAsync<HandoffRow>()).ShouldHaveSingleItem().Observations.ShouldHaveSingleItem();
        (await AllAsync<AuditEntry>()).ShouldContain(line =>
            line.Who == "dana" && line.Action == "approval.approve" && line.Subject == $"approval:{approval.Id}"
        );
        // What is answered from the record is no use of a tool.
        (await AllAsync<ToolUsage>())
            .Select(usage => (usage.Tool, usage.Ended, usage.Calls))
            .Order()
            .ShouldBe([("approval.ask", "asked", 1), ("filesystem.append_text", "ok", 3)]);
    }

    [Fact]
    public async Task Ask_IsRefused_WhenTheRunHasAskedItsMost_HoweverOftenItWasExecuted()
    {
        var node = NewRealNode();
        var agent = await GivenAskingAgentAsync(
            """
            from p38 import tools


            class Agent:
                def __init__(self, config):
                    pass

                async def execute(self):
                    count = 0
                    while await tools.approval.ask("More?"):
                        count += 1
                    return {"status": "success", "result": count}
            """
        );
        var (task, approval) = await GivenWaitingAsync(node, agent);
        for (var asked = 1; asked < ApprovalQuestion.MostPerRun; asked++)
        {
            await ApproveAsync(node, approval);
            (await WorkOnceAsync(node)).ShouldBeTrue();
            approval = (await AllAsync<Approval>()).Single(one => one.Answer is null);
        }

        await ApproveAsync(node, approval);
        await WorkOnceAsync(node);

        var over = await ReadAsync(task.Id);
        over.Status.ShouldBe(AgentTaskStatus.Failed);
        over.Error.ShouldNotBeNull().ShouldContain("approval.ask 20 times");
    }

    [Fact]
    public async Task Ask_IsAnsweredEachInItsTurn_WhenAProgramAsksTwice()
    {
        var node = NewRealNode();
        var agent = await GivenAskingAgentAsync(
            """
            from p38 import tools


            class Agent:
                def __init__(self, config):
                    pass

                async def execute(self):
                    first = await tools.approval.ask("The same?")
                    await tools.filesystem.append_text("log.txt", f"{first.note}\n")
                    second = await tools.approval.ask("The same?")
                    await tools.filesystem.append_text("log.txt", f"{second.note}\n")
                    return {"status": "success", "result": [first.approved, second.approved]}
            """
        );
        var (task, first) = await GivenWaitingAsync(node, agent);

        await DeskOf(node).DecideAsync(first.Id, approve: true, "one", "dana", Cancelled);
        await WorkOnceAsync(node);
        var second = (await AllAsync<Approval>()).Single(one => one.Id != first.Id);
        await DeskOf(node).DecideAsync(second.Id, approve: false, "two", "dana", Cancelled);
        await WorkOnceAsync(node);

        var done = await ReadAsync(task.Id);
        (done.Status, done.Result, done.Attempt).ShouldBe((AgentTaskStatus.Completed, "[true,false]", 1));
        FileOf(node, agent, "log.txt").ShouldBe("one\ntwo\n");
    }

    [Fact]
    public async Task Ask_WaitsForCallsBesideIt_AndTheyAreNotMadeAgain()
    {
        var node = NewRealNode();
        var agent = await GivenAskingAgentAsync(
            """
            import asyncio

            from p38 import tools


            class Agent:
                def __init__(self, config):
                    pass

                async def write(self, name):
                    for number in range(3):
                        await tools.filesystem.append_text(f"{name}.txt", f"{number} ")

                async def ask(self):
                    await tools.filesystem.append_text("c.txt", "asking ")
                    answer = await tools.approval.ask("Go on?")
                    await tools.filesystem.append_text("c.txt", answer.status)

                async def execute(self):
                    await asyncio.gather(self.write("a"), self.write("b"), self.ask())
                    return {"status": "success"}
            """
        );
        var (task, approval) = await GivenWaitingAsync(node, agent);

        await ApproveAsync(node, approval);
        await WorkOnceAsync(node);

        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Completed);
        FileOf(node, agent, "a.txt").ShouldBe("0 1 2 ");
        FileOf(node, agent, "b.txt").ShouldBe("0 1 2 ");
        FileOf(node, agent, "c.txt").ShouldBe("asking approved");
    }

    [Fact]
    public async Task Answer_FailsTheRunAndCallsNothing_WhenTheProgramDoesSomethingElseThanBefore()
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
                    await tools.filesystem.append_text("log.txt", "once ")
                    try:
                        await tools.filesystem.append_text("log.txt", str(time.perf_counter_ns()))
                    except Exception:
                        await tools.filesystem.append_text("log.txt", "caught")
                    await tools.approval.ask("Go on?")
                    return {"status": "success"}
            """
        );
        var (task, approval) = await GivenWaitingAsync(node, agent, maxAttempts: 4);
        var before = FileOf(node, agent, "log.txt");

        await ApproveAsync(node, approval);
        await WorkOnceAsync(node);

        var failed = await ReadAsync(task.Id);
        failed.Status.ShouldBe(AgentTaskStatus.Failed);
        failed.Error.ShouldNotBeNull().ShouldContain("diverged at call 2: it called filesystem.append_text with other");
        FileOf(node, agent, "log.txt").ShouldBe(before);
    }

    [Fact]
    public async Task Answer_RunsTheVersionThatAsked_WithWhatItWasGiven_WhenAllOfThatHasChanged()
    {
        var node = NewRealNode();
        var agent = await GivenAskingAgentAsync();
        var (task, approval) = await GivenWaitingAsync(node, agent);
        await using (var db = CreateDb())
        {
            var now = await NowAsync();
            var newer = new AgentVersion
            {
                AgentId = agent.Id,
                Number = 2,
                Code = "raise ValueError('another version')",
                Manifest = Manifest.Empty,
                Hash = "1",
                Origin = "import",
                CreatedBy = "test",
                CreatedAt = now,
            };
            db.AgentVersions.Add(newer);
            await db.SaveChangesAsync(Cancelled);
            await db
                .Agents.Where(one => one.Id == agent.Id)
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(one => one.VersionId, newer.Id)
                            .SetProperty(one => one.Config, """{"shares": 5}"""),
                    Cancelled
                );
        }

        await ApproveAsync(node, approval);
        await WorkOnceAsync(node);

        (await ReadAsync(task.Id)).Status.ShouldBe(AgentTaskStatus.Completed);
        var runs = await AllAsync<AgentRun>();
        runs.Select(run => run.VersionId).Distinct().ShouldBe([agent.VersionId!.Value]);
        runs.OrderBy(run => run.Id).Select(run => (run.Number, run.Attempt)).ShouldBe([(1, 1), (2, 1)]);
    }

    [Fact]
    public async Task Answer_ReachesOnlyWhatIsGrantedByThen()
    {
        var node = NewRealNode();
        var agent = await GivenAskingAgentAsync();
        var (task, approval) = await GivenWaitingAsync(node, agent);
        await using (var db = CreateDb())
        {
            var grant = Manifest.Empty;
            await db
                .Agents.Where(one => one.Id == agent.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(one => one.Grant, grant), Cancelled);
        }

        await ApproveAsync(node, approval);
        await WorkOnceAsync(node);

        (await ReadAsync(task.Id)).Error.ShouldNotBeNull().ShouldContain("'filesystem.append_text' is not granted");
        FileOf(node, agent, "log.txt").ShouldBe("before\n");
    }

    [Fact]
    public async Task DryRun_AsksNobody_AndGoesOnAsWithAYes()
    {
        var node = NewRealNode();
        var agent = await GivenAskingAgentAsync();
        var task = await GivenTaskAsync(agent, maxAttempts: 1);
        await using (var db = CreateDb())
        {
            await db
                .Tasks.Where(one => one.Id == task.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(one => one.DryRun, true), Cancelled);
        }

        await WorkOnceAsync(node);

        var done = await ReadAsync(task.Id);
        (done.Status, done.Result).ShouldBe((AgentTaskStatus.Completed, "true"));
        (await AllAsync<Approval>()).ShouldBeEmpty();
        (await AllAsync<AgentRun>())[0].Steps.ShouldContain("Buy 3 shares?");
    }
}
