using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Agents;
using Project38.Core.Audit;
using Project38.Core.Harness.Queue;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Queue;

public sealed class SqliteTaskControlTests(SqliteFixture fixture) : TaskControlContract(fixture);

public sealed class PostgresTaskControlTests(PostgresFixture fixture) : TaskControlContract(fixture);

public abstract class TaskControlContract(DatabaseFixture fixture) : HarnessSuite(fixture)
{
    [Fact]
    public async Task Start_Refuses_WhenTheAgentIsADraft()
    {
        var agent = await GivenAgentAsync(with: row => row.Status = AgentStatus.Draft);

        var answer = await Control().StartAsync(agent.Id, new ManualStart(), "dana", Cancelled);

        answer.ShouldBeOfType<TaskAnswer.Refused>().Reason.ShouldContain("draft");
        (await AllAsync<AgentTask>()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("not json")]
    [InlineData("""{"timeout": "soon"}""")]
    public async Task Start_NamesTheProblem_WhenTheConfigCannotBeUsed(string config)
    {
        var agent = await GivenAgentAsync();

        var answer = await Control().StartAsync(agent.Id, new ManualStart(config), "dana", Cancelled);

        answer.ShouldBeOfType<TaskAnswer.BadConfig>().Problems.ShouldNotBeEmpty();
        (await AllAsync<AgentTask>()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_IsOneTaskOfItsAgent_HoweverOftenItComesWithItsCause()
    {
        var (agent, other) = (await GivenAgentAsync(), await GivenAgentAsync());
        var (start, control) = (new ManualStart("""{"city": "Haifa"}""", DryRun: true, Cause: "key:7"), Control());

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => control.StartAsync(agent.Id, start, "dana", Cancelled))
        );
        var elsewhere = await control.StartAsync(other.Id, start, "dana", Cancelled);

        var tasks = answers.Select(answer => answer.ShouldBeOfType<TaskAnswer.Accepted>().Task).ToList();
        tasks.Select(task => task.Id).Distinct().ShouldHaveSingleItem();
        elsewhere.ShouldBeOfType<TaskAnswer.Accepted>().Task.Id.ShouldNotBe(tasks[0].Id);
        var row = await ReadAsync(tasks[0].Id);
        (row.Trigger, row.MaxAttempts, row.Config, row.DryRun).ShouldBe((TaskTrigger.Manual, 1, start.Config, true));
        (await AllAsync<AuditEntry>()).Count(line => line.Action == "task.start").ShouldBe(2);
    }

    [Theory]
    [InlineData(AgentStatus.Draft)]
    [InlineData(null)]
    public async Task Start_WithACause_MakesNoTask_WhenTheAgentMayNotRun(AgentStatus? status)
    {
        var agent = await GivenAgentAsync(with: row =>
        {
            row.Status = status ?? row.Status;
            row.DeletedAt = status is null ? row.CreatedAt : null;
        });

        var answer = await Control().StartAsync(agent.Id, new ManualStart(Cause: "key:7"), "dana", Cancelled);

        answer.ShouldNotBeOfType<TaskAnswer.Accepted>();
        (await AllAsync<AgentTask>()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_FindsNothing_WhenThereIsNoSuchAgent()
    {
        var answer = await Control().StartAsync(4711, new ManualStart(), "dana", Cancelled);

        answer.ShouldBeOfType<TaskAnswer.NotFound>();
    }

    [Fact]
    public async Task Retry_GivesOneMoreRun_WhenItHasFailed()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync(), maxAttempts: 1);
        var node = NewNode();
        Execute = (_, _) => Task.FromResult(Failed("once"));
        await WorkOnceAsync(node);
        Execute = (_, _) => Task.FromResult(Succeeded());

        var answer = await Control(node).RetryAsync(task.Id, "dana", Cancelled);
        await WorkOnceAsync(node);

        answer.ShouldBeOfType<TaskAnswer.Accepted>().Task.Status.ShouldBe(AgentTaskStatus.Pending);
        var done = await ReadAsync(task.Id);
        (done.Status, done.Attempt, done.Error).ShouldBe((AgentTaskStatus.Completed, 2, null));
    }

    [Fact]
    public async Task Retry_Refuses_WhenItIsNotFinished()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync());

        var answer = await Control().RetryAsync(task.Id, "dana", Cancelled);

        answer.ShouldBeOfType<TaskAnswer.Refused>().Reason.ShouldContain("pending");
    }

    [Fact]
    public async Task Cancel_EndsIt_WhenItIsPending()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync());
        var node = NewNode();

        var answer = await Control(node).CancelAsync(task.Id, "dana", Cancelled);

        answer.ShouldBeOfType<TaskAnswer.Accepted>();
        (await WorkOnceAsync(node)).ShouldBeFalse();
    }

    [Fact]
    public async Task Cancel_Refuses_WhenItIsFinished()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync());
        var node = NewNode();
        await WorkOnceAsync(node);

        var answer = await Control(node).CancelAsync(task.Id, "dana", Cancelled);

        answer.ShouldBeOfType<TaskAnswer.Refused>().Reason.ShouldContain("completed");
    }

    [Fact]
    public async Task Hide_TakesItOutOfListsAndLeavesItInTheLedger_WhenItWasOpen()
    {
        var agent = await GivenAgentAsync();
        var task = await GivenTaskAsync(agent, trigger: TaskTrigger.Schedule);
        var node = NewNode();
        var book = node.GetRequiredService<TaskBook>();

        var hidden = await Control(node).HideAsync(task.Id, "dana", Cancelled);
        var again = await Control(node).HideAsync(task.Id, "dana", Cancelled);

        hidden.ShouldBeTrue();
        again.ShouldBeFalse();
        (await book.FindAsync(task.Id, Cancelled)).ShouldBeNull();
        (await book.ListAsync(new TaskFilter(), Cancelled)).Total.ShouldBe(0);
        var line = (await book.LedgerAsync(agent.Id, 10, Cancelled)).ShouldHaveSingleItem();
        line.Status.ShouldBe(AgentTaskStatus.Cancelled);
    }

    [Fact]
    public async Task Changes_AreOnRecordWithWhoMadeThem_AndRefusedOnesAreNot()
    {
        var agent = await GivenAgentAsync();
        var node = NewNode();
        var control = Control(node);

        var started = await control.StartAsync(agent.Id, new ManualStart(), "dana", Cancelled);
        var task = started.ShouldBeOfType<TaskAnswer.Accepted>().Task;
        await control.RetryAsync(task.Id, "nobody", Cancelled);
        await control.CancelAsync(task.Id, "eli", Cancelled);
        await control.CancelAsync(task.Id, "nobody", Cancelled);
        await control.RetryAsync(task.Id, "gal", Cancelled);
        await control.HideAsync(task.Id, "noa", Cancelled);
        await control.HideAsync(task.Id, "nobody", Cancelled);

        var lines = (await AllAsync<AuditEntry>()).OrderBy(line => line.Id).ToList();
        lines
            .Select(line => (line.Who, line.Action))
            .ShouldBe([
                ("dana", "task.start"),
                ("eli", "task.cancel"),
                ("gal", "task.retry"),
                ("noa", "task.cancel"),
                ("noa", "task.hide"),
            ]);
        lines.ShouldAllBe(line => line.Subject == $"task:{task.Id}");
    }

    [Fact]
    public async Task Wait_ReturnsTheFinishedTask_WhenItFinishesMeanwhile()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync());
        var node = NewNode();

        var waiting = Control(node).WaitAsync(task.Id, Cancelled);
        await WorkOnceAsync(node);
        var finished = await waiting;

        finished.ShouldNotBeNull().Status.ShouldBe(AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task Book_CountsAndPagesNewestFirst_WhenThereAreSeveral()
    {
        var agent = await GivenAgentAsync();
        var node = NewNode();
        var book = node.GetRequiredService<TaskBook>();
        var done = await GivenTaskAsync(agent);
        await WorkOnceAsync(node);
        Execute = (_, _) => Task.FromResult(Failed("no", retry: false));
        var failed = await GivenTaskAsync(agent);
        await WorkOnceAsync(node);
        var pending = await GivenTaskAsync(agent);

        var page = await book.ListAsync(new TaskFilter { AgentId = agent.Id, Limit = 2 }, Cancelled);
        var rest = await book.ListAsync(
            new TaskFilter
            {
                AgentId = agent.Id,
                Limit = 2,
                Offset = 2,
            },
            Cancelled
        );
        var summary = await book.SummarizeAsync(Cancelled);
        var runs = await book.RunsAsync(failed.Id, Cancelled);

        page.Total.ShouldBe(3);
        page.Tasks.Select(task => task.Id).ShouldBe([pending.Id, failed.Id]);
        rest.Tasks.ShouldHaveSingleItem().Id.ShouldBe(done.Id);
        summary.ShouldBe(new TaskSummary(3, 1, 1, 0, 1, 50));
        runs.ShouldHaveSingleItem().Log.ShouldBe("Traceback");
    }

    private TaskControl Control(ServiceProvider? node = null) => (node ?? NewNode()).GetRequiredService<TaskControl>();
}
