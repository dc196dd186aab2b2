using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Project38.Core.Execution;
using Project38.Core.Harness.Queue;
using Project38.Core.Storage;
using Project38.Core.Tools;

namespace Project38.Core.Harness.Events;

/// <summary>Follows one task, on whichever node it runs: what its runs print, their steps, and its end.</summary>
public sealed class TaskFeed
{
    // How often a run under way is looked at; a task that only waits is not, the hub tells when that changes.
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    private readonly IDbContextFactory<ProductDb> _databases;
    private readonly EventHub _hub;
    private readonly TimeProvider _time;

    internal TaskFeed(IDbContextFactory<ProductDb> databases, EventHub hub, TimeProvider time) =>
        (_databases, _hub, _time) = (databases, hub, time);

    /// <summary>All that is new of a task, until it is finished or hidden.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="position">What was seen already.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<TaskNews> FollowAsync(
        long taskId,
        TaskPosition position,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var follower = await _hub.FollowAsync(new EventFilter(TaskId: taskId), cancellationToken);
        while (await LookAsync(taskId, position, cancellationToken) is { } seen)
        {
            foreach (var one in seen.News(position))
            {
                yield return one;
                position = one.Position;
            }
            if (seen.Task.Status.IsFinished)
            {
                yield break;
            }

            var wait = seen.Task.Status == AgentTaskStatus.Running ? Poll : Timeout.InfiniteTimeSpan;
            if (!await WaitAsync(follower, wait, cancellationToken))
            {
                // Too slow for the hub; whoever follows resumes by the last id.
                yield break;
            }
        }
    }

    private async Task<bool> WaitAsync(EventFollower follower, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(atMost, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await follower.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return true;
        }
    }

    // The task before the pieces, the pieces before the runs: whatever ends meanwhile is in what is read later.
    private async Task<Look?> LookAsync(long taskId, TaskPosition from, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        var task = await db
            .Tasks.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == taskId && row.HiddenAt == null, cancellationToken);
        if (task is null)
        {
            return null;
        }
        var pieces = await db
            .RunOutput.AsNoTracking()
            .Where(piece => piece.TaskId == taskId)
            .Where(piece =>
                piece.Fence > from.Fence
                || (piece.Fence == from.Fence && (piece.LogEnd > from.Log || piece.StepEnd > from.Step))
            )
            .OrderBy(piece => piece.Fence)
            .ThenBy(piece => piece.Id)
            .ToListAsync(cancellationToken);
        var runs = await db
            .Runs.AsNoTracking()
            .Where(run => run.TaskId == taskId && run.Fence >= from.Fence)
            .OrderBy(run => run.Fence)
            .ToListAsync(cancellationToken);
        return new Look(task, pieces, runs);
    }

    /// <summary>What one look found.</summary>
    private sealed record Look(AgentTask Task, List<RunOutput> Pieces, List<AgentRun> Runs)
    {
        public IEnumerable<TaskNews> News(TaskPosition from)
        {
            var at = from;
            foreach (var fence in Pieces.Select(piece => piece.Fence).Union(Runs.Select(run => run.Fence)).Order())
            {
                at = at.Fence == fence ? at : new TaskPosition(fence, 0, 0);
                foreach (var piece in Pieces.Where(piece => piece.Fence == fence))
                {
                    var steps = JsonSerializer.Deserialize<List<StepView>>(piece.Steps)!;
                    var start = piece.LogEnd - Encoding.UTF8.GetByteCount(piece.Text);
                    foreach (var one in Tell(piece.Attempt, start, piece.Text, steps, at))
                    {
                        yield return one;
                        at = one.Position;
                    }
                }
                foreach (var run in Runs.Where(run => run.Fence == fence))
                {
                    var steps = JsonSerializer.Deserialize<List<RunStep>>(run.Steps, EndedRun.StepsFormat)!;
                    foreach (var one in Tell(run.Attempt, run.LogStart, run.Log, steps.Select(StepViews.View), at))
                    {
                        yield return one;
                        at = one.Position;
                    }
                    at = new TaskPosition(fence + 1, 0, 0);
                }
            }
            if (Task.Status.IsFinished)
            {
                yield return new TaskNews.Ended(Task) { Position = at with { End = true } };
            }
        }

        private static IEnumerable<TaskNews> Tell(
            int attempt,
            long start,
            string text,
            IEnumerable<StepView> steps,
            TaskPosition at
        )
        {
            var offset = Math.Max(at.Log, start);
            var utf8 = Encoding.UTF8.GetBytes(text);
            if (start + utf8.Length > offset)
            {
                at = at with { Log = start + utf8.Length };
                var rest = Encoding.UTF8.GetString(utf8.AsSpan((int)(offset - start)));
                yield return new TaskNews.Printed(attempt, offset, rest) { Position = at };
            }
            foreach (var step in steps.Where(step => step.Number > at.Step).ToList())
            {
                at = at with { Step = step.Number };
                yield return new TaskNews.Stepped(attempt, step) { Position = at };
            }
        }
    }
}
