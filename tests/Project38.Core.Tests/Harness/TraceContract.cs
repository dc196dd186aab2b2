using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Harness.Queue;
using Project38.Core.Harness.Scheduling;
using Project38.Testing;

namespace Project38.Core.Tests.Harness;

public sealed class SqliteTraceTests(SqliteFixture fixture) : TraceContract(fixture);

public sealed class PostgresTraceTests(PostgresFixture fixture) : TraceContract(fixture);

/// <summary>A run is traced under what made its task due, wherever and whenever it comes.</summary>
public abstract class TraceContract : HarnessSuite
{
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly ActivityListener _listener;

    protected TraceContract(DatabaseFixture fixture)
        : base(fixture)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Project38.Harness",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public override async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Runs_AreOfTheTraceOfTheirFire_WhenHandedOverAndTriedAgain()
    {
        var agent = await GivenAgentAsync("""{"schedule": "* * * * *"}""");
        var (one, other) = (NewNode(), NewNode());
        await ShiftAsync(60);
        await one.GetRequiredService<Tick>().RunAsync(Cancelled);
        var task = (await AllAsync<AgentTask>()).First(row => row.Status == AgentTaskStatus.Pending);

        var queue = one.GetRequiredService<ITaskQueue>();
        await queue.HandBackAsync((await queue.ClaimAsync("gone", 1, ClaimScope.All, Cancelled))[0], Cancelled);
        Execute = (_, _) => Task.FromResult(Failed("not yet"));
        await WorkOnceAsync(other);
        Execute = (_, _) => Task.FromResult(Succeeded());
        await ShiftAsync(3600);
        await WorkOnceAsync(one);

        var trace = ActivityContext.Parse(task.TraceParent!, traceState: null);
        var spans = _spans.Where(span => span.TraceId == trace.TraceId).ToList();
        spans.Select(span => span.OperationName).ShouldBe(["fire", "run", "run"]);
        spans[0].ParentSpanId.ShouldBe(default);
        spans[0].SpanId.ShouldBe(trace.SpanId);
        spans[0].GetTagItem("p38.agent.id").ShouldBe(agent.Id);
        spans.Skip(1).ShouldAllBe(run => run.ParentSpanId == trace.SpanId);
        spans.Skip(1).Select(run => run.GetTagItem("outcome")).ShouldBe(["failed", "succeeded"]);
        spans.Skip(1).Select(run => run.GetTagItem("p38.run.attempt")).ShouldBe([1, 2]);
        spans.Skip(1).Select(run => run.GetTagItem("p38.task.id")).ShouldBe([task.Id, task.Id]);
        spans.Skip(1).Select(run => run.Status).ShouldBe([ActivityStatusCode.Error, ActivityStatusCode.Unset]);
    }

    [Fact]
    public async Task Run_IsOfTheTraceOfWhoeverStartedIt_AndTheNextOfWhoeverTriedAgain()
    {
        var agent = await GivenAgentAsync();
        var node = NewNode();
        var control = node.GetRequiredService<TaskControl>();
        Execute = (_, _) => Task.FromResult(Failed("once"));

        using var start = new Activity("start").Start();
        var started = await control.StartAsync(agent.Id, new ManualStart(), "dana", Cancelled);
        start.Stop();
        await WorkOnceAsync(node);
        using var retry = new Activity("retry").Start();
        await control.RetryAsync(started.ShouldBeOfType<TaskAnswer.Accepted>().Task.Id, "dana", Cancelled);
        retry.Stop();
        await WorkOnceAsync(node);

        _spans.Single(span => span.TraceId == start.TraceId).ParentSpanId.ShouldBe(start.SpanId);
        _spans.Single(span => span.TraceId == retry.TraceId).ParentSpanId.ShouldBe(retry.SpanId);
    }

    // As a client may send it: neither a trace, nor of a length that the database takes.
    [Fact]
    public async Task Start_TakesNoTrace_OfAnotherFormat()
    {
        var agent = await GivenAgentAsync();
        using var foreign = new Activity("foreign").SetIdFormat(ActivityIdFormat.Hierarchical).Start();

        await NewNode().GetRequiredService<TaskControl>().StartAsync(agent.Id, new ManualStart(), "dana", Cancelled);

        (await AllAsync<AgentTask>()).ShouldHaveSingleItem().TraceParent.ShouldBeNull();
    }
}
