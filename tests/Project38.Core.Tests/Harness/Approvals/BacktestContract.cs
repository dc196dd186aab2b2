using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Project38.Core.Agents;
using Project38.Core.Agents.Versions;
using Project38.Core.Execution;
using Project38.Core.Execution.Records;
using Project38.Core.Harness.Replays;
using Project38.Core.Storage;
using Project38.Core.Tools.Filesystem;
using Project38.Core.Tools.Registry;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Approvals;

public sealed class SqliteBacktestTests(SqliteFixture fixture) : BacktestContract(fixture);

public sealed class PostgresBacktestTests(PostgresFixture fixture) : BacktestContract(fixture);

/// <summary>Other versions, executed over the runs that were recorded.</summary>
public abstract class BacktestContract(DatabaseFixture fixture) : ApprovalSuite(fixture)
{
    private const string Watcher = """
        import random
        import time

        from p38 import tools


        class Agent:
            def __init__(self, config):
                pass

            async def execute(self):
                price = float(await tools.filesystem.read_text("price.txt"))
                await tools.filesystem.append_text("log.txt", f"{time.time()} {random.random()} {price}\n")
                if price > 100:
                    await tools.notifications.send(f"{price:g} is above 100")
                return {"status": "success", "result": price > 100}
        """;

    private const string Sleeper = """
        import asyncio


        class Agent:
            def __init__(self, config):
                pass

            async def execute(self):
                await asyncio.sleep(3600)
        """;

    [Fact]
    public async Task Backtest_SaysSame_WhenItIsTheSameVersion_AndTouchesNothing()
    {
        var node = NewRealNode();
        var agent = await GivenRunsAsync(node, 90, 150);
        var before = FileOf(node, agent, "log.txt");

        var report = await BacktestAsync(node, agent);

        report.Version.ShouldBe(1);
        report
            .Runs.Select(run => (run.Run.Number, run.Status))
            .ShouldBe([(2, BacktestStatus.Same), (1, BacktestStatus.Same)]);
        (report.Skipped, report.NotReached).ShouldBe((0, 0));
        FileOf(node, agent, "log.txt").ShouldBe(before);
        (await InboxAsync()).ShouldHaveSingleItem();
        (await AllAsync<AgentRun>()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Backtest_ShowsWhatComesAnewAndWhatIsGone_WhenTheThresholdIsAnother()
    {
        var node = NewRealNode();
        var agent = await GivenRunsAsync(node, 90, 110, 150);
        await GivenVersionAsync(agent, 2, Watcher.Replace("> 100", "< 100").Replace("above", "below"));

        var report = await BacktestAsync(node, agent);

        report.Version.ShouldBe(2, "The newest that is proposed.");
        report.Runs.Select(run => run.Status).ShouldBe(Enumerable.Repeat(BacktestStatus.Changed, 3));
        var (third, first) = (report.Runs[0], report.Runs[2]);
        third.Appeared.ShouldBeEmpty();
        third.Gone.ShouldHaveSingleItem().Tool.ShouldBe("notifications.send");
        third.Gone[0].Arguments.ShouldContain("150 is above 100");
        (third.Run.Output, third.Again.Output).ShouldBe(("true", "false"));
        first.Gone.ShouldBeEmpty();
        first.Appeared.ShouldHaveSingleItem().Arguments.ShouldContain("90 is below 100");
        first.Appeared[0].Outcome.ShouldBe("recorded");
        (await InboxAsync()).Count.ShouldBe(2);
        (await BacktestAsync(node, agent, number: 1, last: 1)).Runs.ShouldHaveSingleItem().Run.Number.ShouldBe(3);
    }

    [Fact]
    public async Task Backtest_SaysWhatWasAsked_WhenAVersionReadsSomethingElse()
    {
        var node = NewRealNode();
        var agent = await GivenRunsAsync(node, 150);
        var asking = """
            from p38 import tools


            class Agent:
                def __init__(self, config):
                    pass

                async def execute(self):
                    await tools.notifications.send("Looking elsewhere.")
                    await tools.http.get("https://example.org/other")
                    return {"status": "success"}
            """;
        await GivenVersionAsync(agent, 2, asking);

        var run = (await BacktestAsync(node, agent)).Runs.ShouldHaveSingleItem();

        run.Status.ShouldBe(BacktestStatus.Diverged);
        run.Divergence.ShouldNotBeNull().ShouldContain("diverged at call 2: http.");
        run.Divergence.ShouldContain("https://example.org/other");
        run.Appeared.ShouldHaveSingleItem().Arguments.ShouldContain("Looking elsewhere.");
        run.Gone.ShouldBeEmpty();
        (await InboxAsync()).ShouldHaveSingleItem().Text.ShouldBe("150 is above 100");
    }

    [Fact]
    public async Task Backtest_SaysHowAVersionFails()
    {
        var node = NewRealNode();
        var agent = await GivenRunsAsync(node, 150);
        var failing = Watcher.Replace("if price > 100:", "if price / 0:");
        await GivenVersionAsync(agent, 2, failing);

        var run = (await BacktestAsync(node, agent)).Runs.ShouldHaveSingleItem();

        (run.Status, run.Again.Outcome).ShouldBe((BacktestStatus.Failed, "failed"));
        run.Again.Error.ShouldNotBeNull().ShouldContain("ZeroDivisionError");
        run.Gone.ShouldHaveSingleItem().Tool.ShouldBe("notifications.send");
    }

    [Fact]
    public async Task Backtest_IsRefusedInWords_WhenThereIsNothingToExecute()
    {
        var node = NewRealNode();
        var agent = await GivenAskingAgentAsync(Watcher, "{}");
        await GivenVersionAsync(agent, 2, Watcher, proved: false);
        var backtests = node.GetRequiredService<RunBacktests>();

        var unrecorded = await backtests.RunAsync(agent.Id, null, 30, Cancelled);
        var unproved = await backtests.RunAsync(agent.Id, 2, 30, Cancelled);

        unrecorded.ShouldBeOfType<BacktestAnswer.Refused>().Reason.ShouldContain($"p38 config {agent.Id} record=true");
        unproved.ShouldBeOfType<BacktestAnswer.Refused>().Reason.ShouldContain("did not pass its checks");
        (await backtests.RunAsync(agent.Id, 9, 30, Cancelled)).ShouldBe(new BacktestAnswer.NoVersion(9));
        (await backtests.RunAsync(4711, null, 30, Cancelled)).ShouldBeOfType<BacktestAnswer.NoAgent>();
    }

    [Fact]
    public async Task Backtest_IsOneAtATime_AndEndsWithWhoeverWantedIt()
    {
        var node = NewRealNode();
        var agent = await GivenRunsAsync(node, 150);
        await GivenVersionAsync(agent, 2, Sleeper);
        var backtests = node.GetRequiredService<RunBacktests>();
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);

        var endless = backtests.RunAsync(agent.Id, 2, 30, gone.Token);
        while (await backtests.RunAsync(agent.Id, 1, 30, Cancelled) is not BacktestAnswer.Busy)
        {
            // This one had come first.
            endless = endless.IsCompleted ? backtests.RunAsync(agent.Id, 2, 30, gone.Token) : endless;
        }
        await gone.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(endless);
        (await BacktestAsync(node, agent, number: 1)).Runs.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Backtest_CountsWhatItDidNotReachInTime()
    {
        var node = NewRealNode();
        var agent = await GivenRunsAsync(node, 90, 150);
        await GivenVersionAsync(agent, 2, Sleeper);
        var time = new FakeTimeProvider();
        using var backtests = new RunBacktests(
            node.GetRequiredService<IDbContextFactory<ProductDb>>(),
            node.GetRequiredService<RunRecords>(),
            node.GetRequiredService<RunExecutor>(),
            new BacktestComparison(node.GetRequiredService<ToolRegistry>()),
            time
        );

        var running = backtests.RunAsync(agent.Id, 2, 30, Cancelled);
        while (!running.IsCompleted)
        {
            time.Advance(RunBacktests.MostTime);
            await NowAsync();
        }

        var report = (await running).ShouldBeOfType<BacktestAnswer.Done>().Report;
        (report.Runs.Count, report.Skipped, report.NotReached).ShouldBe((0, 0, 2));
    }

    // One recorded run for each price.
    private async Task<Agent> GivenRunsAsync(ServiceProvider node, params int[] prices)
    {
        var agent = await GivenAskingAgentAsync(Watcher, """{"record": true}""");
        foreach (var price in prices)
        {
            node.GetRequiredService<Workspaces>()
                .Of(agent.Id)
                .Write("price.txt", System.Text.Encoding.UTF8.GetBytes($"{price}"));
            await GivenTaskAsync(agent, maxAttempts: 1);
            (await WorkOnceAsync(node)).ShouldBeTrue();
        }
        (await AllAsync<AgentRun>()).ShouldAllBe(run => run.Outcome == "succeeded");
        return agent;
    }

    private async Task GivenVersionAsync(Agent agent, int number, string code, bool proved = true)
    {
        await using var db = CreateDb();
        var now = await NowAsync();
        var version = new AgentVersion
        {
            AgentId = agent.Id,
            Number = number,
            Code = code,
            Manifest = agent.Grant with { Tools = [.. agent.Grant.Tools, "http.request"], Hosts = ["example.org"] },
            Hash = "0",
            Origin = "edit",
            Proved = proved,
            CreatedBy = "test",
            CreatedAt = now,
        };
        db.AgentVersions.Add(version);
        await db.SaveChangesAsync(Cancelled);
        db.VersionSettings.Add(
            new VersionSetting
            {
                VersionId = version.Id,
                Config = "{}",
                Description = "Another.",
                BaseConfig = "{}",
                UpdatedAt = now,
            }
        );
        await db.SaveChangesAsync(Cancelled);
    }

    private static async Task<BacktestReport> BacktestAsync(
        ServiceProvider node,
        Agent agent,
        int? number = null,
        int last = 30
    ) =>
        (await node.GetRequiredService<RunBacktests>().RunAsync(agent.Id, number, last, Cancelled))
            .ShouldBeOfType<BacktestAnswer.Done>()
            .Report;
}
