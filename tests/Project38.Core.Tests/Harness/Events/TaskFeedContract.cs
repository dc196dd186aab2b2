using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Project38.Core.Execution;
using Project38.Core.Harness.Events;
using Project38.Core.Harness.Queue;
using Project38.Core.Tools;
using Project38.Testing;

namespace Project38.Core.Tests.Harness.Events;

public sealed class TaskFeedOnSqlite(SqliteFixture fixture) : TaskFeedContract(fixture);

public sealed class TaskFeedOnPostgres(PostgresFixture fixture) : TaskFeedContract(fixture);

/// <summary>A task is followed on another node than the one it runs on.</summary>
public abstract class TaskFeedContract(DatabaseFixture fixture) : EventSuite(fixture)
{
    private const string Canary = "canary-7f3a";

    [Fact]
    public async Task Feed_TellsWhatARunPrintsAndDoes_WhileItGoesOn()
    {
        var run = new ScriptedRun();
        var task = await GivenTaskAsync(await GivenAgentAsync($$"""{"own": "{{Canary}}"}"""));
        var feed = await GivenFeedAsync();
        await using var news = feed.FollowAsync(task.Id, TaskPosition.Start, Cancelled).GetAsyncEnumerator(Cancelled);
        Execute = run.ExecuteAsync;
        var working = WorkOnceAsync(NewNode());

        run.Print("שלום 😀\n");
        (await NextAsync<TaskNews.Printed>(news)).Text.ShouldBe("שלום 😀\n");
        run.Step("http.get", Canary);
        (await NextAsync<TaskNews.Stepped>(news)).Step.ShouldBe(new StepView(1, "http.get", "ok", 1));
        run.Print("bye\n");
        run.Finish();
        await working;
        var last = await NextAsync<TaskNews.Printed>(news);
        var ended = await NextAsync<TaskNews.Ended>(news);

        (last.Attempt, last.Offset, last.Text).ShouldBe((1, Encoding.UTF8.GetByteCount("שלום 😀\n"), "bye\n"));
        ended.Task.Status.ShouldBe(AgentTaskStatus.Completed);
        (await news.MoveNextAsync()).ShouldBeFalse();
        (await AllAsync<RunOutput>()).ShouldBeEmpty();
        (await AllEventsAsync()).ShouldAllBe(one => one.Detail != Canary);
    }

    [Fact]
    public async Task Feed_GoesOnWhereItStopped_WhereverThatWas()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync("""{"retry_backoff": 0}"""), maxAttempts: 2);
        var attempt = 0;
        Execute = (_, _) => Task.FromResult(++attempt == 1 ? Ended("one\n", failed: true) : Ended("two\n"));
        var node = NewNode();
        await WorkOnceAsync(node);
        await ShiftAsync(10);
        await WorkOnceAsync(node);
        var feed = await GivenFeedAsync();

        var all = await feed.FollowAsync(task.Id, TaskPosition.Start, Cancelled).ToListAsync(Cancelled);

        all.Select(Line)
            .ShouldBe(["1 0 one\n", "1 step 1", "1 step 2", "2 0 two\n", "2 step 1", "2 step 2", "completed"]);
        foreach (var (at, one) in all.Index().SkipLast(1))
        {
            var position = TaskPosition.Parse(one.Position.ToString())!;
            var rest = await feed.FollowAsync(task.Id, position, Cancelled).ToListAsync(Cancelled);
            rest.Select(Line).ShouldBe(all.Skip(at + 1).Select(Line));
        }
        TaskPosition.Parse(all[^1].Position.ToString())!.End.ShouldBeTrue();
    }

    [Fact]
    public async Task Feed_LeavesAGap_WhenTheRunPrintedMoreThanIsKept()
    {
        var task = await GivenTaskAsync(await GivenAgentAsync());
        Execute = (_, _) => Task.FromResult(Ended(new string('a', 300 * 1024) + "end"));
        await WorkOnceAsync(NewNode());
        var feed = await GivenFeedAsync();

        var all = await feed.FollowAsync(task.Id, TaskPosition.Start, Cancelled).ToListAsync(Cancelled);

        var log = all[0].ShouldBeOfType<TaskNews.Printed>();
        (log.Offset, log.Text.Length).ShouldBe((44 * 1024 + 3, 256 * 1024));
        log.Position.Log.ShouldBe(300 * 1024 + 3);
    }

    [Fact]
    public async Task Output_IsBoundedAndGoesWithItsWorker_WhenARunPrintsWithoutEnd()
    {
        var run = new ScriptedRun();
        var task = await GivenTaskAsync(await GivenAgentAsync());
        Execute = run.ExecuteAsync;
        var feed = await GivenFeedAsync();
        var node = NewNode();
        await using var news = feed.FollowAsync(task.Id, TaskPosition.Start, Cancelled).GetAsyncEnumerator(Cancelled);
        var working = WorkOnceAsync(node);

        run.Print(new string('a', 300 * 1024));
        var live = await NextAsync<TaskNews.Printed>(news);
        run.Step("http.get", "");
        await NextAsync<TaskNews.Stepped>(news);
        await node.GetRequiredService<TaskControl>().CancelAsync(task.Id, "dana", Cancelled);
        await node.GetRequiredService<QueueMaintenance>().DropOutputAsync(Cancelled);
        var left = await AllAsync<RunOutput>();
        run.Finish();
        await working;

        live.Text.Length.ShouldBe(256 * 1024);
        left.ShouldBeEmpty();
    }

    private async Task<TaskFeed> GivenFeedAsync()
    {
        var node = NewNode();
        await node.GetRequiredService<EventHub>().StartAsync(Cancelled);
        return node.GetRequiredService<TaskFeed>();
    }

    private static async Task<T> NextAsync<T>(IAsyncEnumerator<TaskNews> news)
        where T : TaskNews
    {
        (await news.MoveNextAsync()).ShouldBeTrue();
        return news.Current.ShouldBeOfType<T>();
    }

    private static string Line(TaskNews one) =>
        one switch
        {
            TaskNews.Printed log => $"{log.Attempt} {log.Offset} {log.Text}",
            TaskNews.Stepped step => $"{step.Attempt} step {step.Step.Number}",
            TaskNews.Ended end => $"{end.Task.Status}".ToLowerInvariant(),
            _ => "?",
        };

    private static RunResult Ended(string log, bool failed = false)
    {
        var trace = new RunTrace { Log = log, Steps = [Step(1, ""), Step(2, "")] };
        return failed ? Failed("no") with { Trace = trace } : Succeeded() with { Trace = trace };
    }

    private static RunStep Step(int number, string arguments) =>
        new(number, "http.get", arguments, "ok", Detail: null, TimeSpan.FromSeconds(1));

    /// <summary>A run that prints and does what the test says, when it says so.</summary>
    private sealed class ScriptedRun
    {
        private readonly TaskCompletionSource _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Lock _gate = new();
        private readonly List<RunStep> _steps = [];
        private byte[] _log = [];

        public void Print(string text)
        {
            lock (_gate)
            {
                _log = [.. _log, .. Encoding.UTF8.GetBytes(text)];
            }
        }

        public void Step(string tool, string arguments)
        {
            lock (_gate)
            {
                _steps.Add(TaskFeedContract.Step(_steps.Count + 1, arguments) with { Tool = tool });
            }
        }

        public void Finish() => _finish.SetResult();

        public async Task<RunResult> ExecuteAsync(RunRequest request, CancellationToken cancellationToken)
        {
            using var ended = new CancellationTokenSource();
            var watched = request.Watch!(new RunView(Read, Steps), ended.Token);
            await _finish.Task;
            await ended.CancelAsync();
            await watched;
            var trace = new RunTrace { Log = Encoding.UTF8.GetString(_log), Steps = Steps() };
            return Succeeded() with { Trace = trace };
        }

        private byte[] Read(long from, int most)
        {
            lock (_gate)
            {
                return [.. _log.Skip((int)from).Take(most)];
            }
        }

        private List<RunStep> Steps()
        {
            lock (_gate)
            {
                return [.. _steps];
            }
        }
    }
}
