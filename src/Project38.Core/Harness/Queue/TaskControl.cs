using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Project38.Core.Agents;
using Project38.Core.Agents.Risks;
using Project38.Core.Audit;
using Project38.Core.Execution.Records;
using Project38.Core.Harness.Approvals;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Queue;

/// <summary>What a manual start gives its run.</summary>
/// <param name="Config">A JSON object merged over the agent's config; null: the agent's alone.</param>
/// <param name="Clock">The time that the run lives at, going on from there; null: real time.</param>
/// <param name="DryRun">Only record what it would change in the world: nothing is sent or written, and no handoff left.</param>
/// <param name="Cause">Names the start: with the same name it is the same task of the agent. Null: it is one of its own.</param>
public sealed record ManualStart(
    string? Config = null,
    DateTimeOffset? Clock = null,
    bool DryRun = false,
    string? Cause = null
);

/// <summary>What came of a person's wish for a task.</summary>
public abstract record TaskAnswer
{
    private TaskAnswer() { }

    /// <summary>It is so now.</summary>
    public sealed record Accepted(AgentTask Task) : TaskAnswer;

    /// <summary>There is no such task or agent.</summary>
    public sealed record NotFound(string Reason) : TaskAnswer;

    /// <summary>As things stand, no; the reason says what to do.</summary>
    public sealed record Refused(string Reason) : TaskAnswer;

    /// <summary>The run would hold all three risks, and no person has said yes to that.</summary>
    public sealed record Unaccepted(HeldRisks Risks) : TaskAnswer;

    /// <summary>The config given with the start cannot be used.</summary>
    public sealed record BadConfig(IReadOnlyList<FieldError> Problems) : TaskAnswer;
}

/// <summary>What people do with tasks: start, try again, cancel, hide, wait for.</summary>
/// <remarks>Each change is one commit with its line in the audit.</remarks>
public sealed class TaskControl
{
    private readonly IDbContextFactory<ProductDb> _databases;
    private readonly ITaskQueue _queue;
    private readonly KeyedStarts _keyed;
    private readonly FindRisks _findRisks;
    private readonly HarnessSignals _signals;
    private readonly TimeSpan _poll;
    private readonly TimeProvider _time;

    internal TaskControl(
        IDbContextFactory<ProductDb> databases,
        ITaskQueue queue,
        HarnessSignals signals,
        FindRisks findRisks,
        IOptions<QueueOptions> options,
        TimeProvider time
    )
    {
        _findRisks = findRisks;
        _databases = databases;
        _queue = queue;
        _keyed = new KeyedStarts(databases);
        _signals = signals;
        _poll = options.Value.Poll;
        _time = time;
    }

    /// <summary>Starts an agent by hand, now.</summary>
    /// <remarks>
    /// It gets one run and no retry: whoever started it is there to see it fail, and to start it again. It waits while
    /// another task of the agent runs. Paused, stopped and failed agents may be started by hand; drafts may not.
    /// </remarks>
    /// <param name="agentId">The agent.</param>
    /// <param name="start">What this task's run gets.</param>
    /// <param name="who">Who starts it.</param>
    /// <param name="cancellationToken">Stops waiting; a task that was written stays.</param>
    public async Task<TaskAnswer> StartAsync(
        long agentId,
        ManualStart start,
        string who,
        CancellationToken cancellationToken
    )
    {
        if (
            start.Config is { } config
            && await ProblemsOfAsync(agentId, config, cancellationToken) is { Count: > 0 } wrong
        )
        {
            return new TaskAnswer.BadConfig(wrong);
        }
        if (await OpenRisksAsync(agentId, start.Config, cancellationToken) is { } open)
        {
            return new TaskAnswer.Unaccepted(open);
        }

        var trace = HarnessInstruments.TraceParent;
        var started = start.Cause is { } cause
            ? await _keyed.StartAsync(agentId, start, cause, who, trace, cancellationToken)
            : await _queue.StartAsync(agentId, start, who, trace, cancellationToken);
        if (started is not { } task)
        {
            return await WhyNotAsync(agentId, cancellationToken);
        }
        _signals.Due();
        return new TaskAnswer.Accepted(task);
    }

    /// <summary>Makes a finished task due again, for one more run.</summary>
    public async Task<TaskAnswer> RetryAsync(long taskId, string who, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        var agents = db.Agents;
        var traceParent = HarnessInstruments.TraceParent;
        var changed = await ChangeAsync(
            db,
            taskId,
            who,
            "task.retry",
            (visible, now) =>
                visible
                    .Where(task => !AgentTaskStatuses.Open.Contains(task.Status))
                    .Where(task => agents.Any(agent => agent.Id == task.AgentId && agent.DeletedAt == null))
                    .ExecuteUpdateAsync(
                        set =>
                            set.SetProperty(task => task.Status, AgentTaskStatus.Pending)
                                .SetProperty(task => task.MaxAttempts, task => task.Attempt + 1)
                                .SetProperty(task => task.NotBefore, now)
                                .SetProperty(task => task.TraceParent, task => traceParent ?? task.TraceParent)
                                .SetProperty(task => task.CompletedAt, (DateTimeOffset?)null)
                                .SetProperty(task => task.Result, (string?)null)
                                .SetProperty(task => task.Error, (string?)null),
                        cancellationToken
                    ),
            // From the top: what it asked is asked anew.
            _ => RunRecords.ForgetAsync(db, taskId, cancellationToken),
            cancellationToken
        );
        if (changed)
        {
            _signals.Due();
        }
        return await AnswerAsync(db, taskId, changed, "is not finished, or its agent was deleted", cancellationToken);
    }

    /// <summary>Ends a task that is not finished. A run under way is killed within about a second, on whichever node.</summary>
    public async Task<TaskAnswer> CancelAsync(long taskId, string who, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        var cancelled = await CancelOpenAsync(db, taskId, who, cancellationToken);
        return await AnswerAsync(db, taskId, cancelled, "is finished already", cancellationToken);
    }

    /// <summary>Takes a task out of every list; one that is not finished is cancelled first. The ledger keeps its line.</summary>
    /// <returns>False when there is no such task.</returns>
    public async Task<bool> HideAsync(long taskId, string who, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        // Cancelled first: a hidden task that stayed open would keep its agent from ever firing again.
        await CancelOpenAsync(db, taskId, who, cancellationToken);
        return await ChangeAsync(
            db,
            taskId,
            who,
            "task.hide",
            (visible, now) =>
                visible.ExecuteUpdateAsync(set => set.SetProperty(task => task.HiddenAt, now), cancellationToken),
            _ => Task.CompletedTask,
            cancellationToken
        );
    }

    /// <summary>Waits until a task is finished, or waits for a person, on whichever node it runs.</summary>
    /// <returns>The task; null when there is none.</returns>
    public async Task<AgentTask?> WaitAsync(long taskId, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Before the look, so that a finish between look and wait is not missed.
            var finish = _signals.NextFinish;
            await using (var db = _databases.CreateDbContext())
            {
                var task = await db
                    .Tasks.AsNoTracking()
                    .SingleOrDefaultAsync(row => row.Id == taskId, cancellationToken);
                if (task is null || task.Status.IsFinished || task.Status == AgentTaskStatus.Waiting)
                {
                    return task;
                }
            }
            await Task.WhenAny(finish, Task.Delay(_poll, _time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task<TaskAnswer> WhyNotAsync(long agentId, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        return await Living(db, agentId).AnyAsync(cancellationToken)
            ? new TaskAnswer.Refused(
                $"Agent {agentId} is a draft: it has not passed its checks and its trial. Correct its code first."
            )
            : new TaskAnswer.NotFound($"There is no agent {agentId}.");
    }

    // First alone, then merged: what is no JSON object cannot be merged.
    private async Task<IReadOnlyList<FieldError>> ProblemsOfAsync(
        long agentId,
        string config,
        CancellationToken cancellationToken
    )
    {
        await using var db = _databases.CreateDbContext();
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        AgentConfig.Read(config, now, out var own);
        var agents = await Living(db, agentId).Select(agent => agent.Config).ToListAsync(cancellationToken);
        if (own.Count > 0 || agents is not [var agent])
        {
            return own;
        }
        AgentConfig.Read(AgentConfig.Merge(agent, config), now, out var merged);
        return merged.Count > 0
            ? merged
            : ConfigKinds.Wrong(JsonNode.Parse(agent)!.AsObject(), JsonNode.Parse(config)!.AsObject());
    }

    // Dry or not: what reads is done for real in a dry run too, and a request that reads is a way out.
    private async Task<HeldRisks?> OpenRisksAsync(long agentId, string? config, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        return await Living(db, agentId).AsNoTracking().SingleOrDefaultAsync(cancellationToken) is { } agent
            ? await RiskRule.OpenAsync(
                db,
                agent,
                agent.Grant.NarrowedTo(AgentConfig.ToolsIn(AgentConfig.Merge(agent.Config, config))),
                _findRisks,
                cancellationToken
            )
            : null;
    }

    private static IQueryable<Agent> Living(ProductDb db, long agentId) =>
        db.Agents.Where(agent => agent.Id == agentId && agent.DeletedAt == null);

    private async Task<bool> CancelOpenAsync(ProductDb db, long taskId, string who, CancellationToken cancellationToken)
    {
        var changed = await ChangeAsync(
            db,
            taskId,
            who,
            "task.cancel",
            (visible, now) =>
                visible
                    .Where(task => AgentTaskStatuses.Open.Contains(task.Status))
                    .ExecuteUpdateAsync(
                        set =>
                            set.SetProperty(task => task.Status, AgentTaskStatus.Cancelled)
                                .SetProperty(task => task.Error, "Cancelled by a person.")
                                .SetProperty(task => task.CompletedAt, now)
                                .SetProperty(task => task.ClaimedBy, (string?)null)
                                .SetProperty(task => task.LeaseUntil, (DateTimeOffset?)null),
                        cancellationToken
                    ),
            now => ApprovalDesk.WithdrawAsync(db, taskId, now, cancellationToken),
            cancellationToken
        );
        if (changed)
        {
            _signals.Finished();
            // The agent's next task may have waited for this one.
            _signals.Due();
        }
        return changed;
    }

    /// <summary>One change of one visible task, with its line in the audit.</summary>
    /// <returns>False when the task was not such that it could be changed; then nothing was written.</returns>
    private static async Task<bool> ChangeAsync(
        ProductDb db,
        long taskId,
        string who,
        string action,
        Func<IQueryable<AgentTask>, DateTimeOffset, Task<int>> change,
        Func<DateTimeOffset, Task> follow,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        if (await change(Visible(db, taskId), now) == 0)
        {
            return false;
        }
        await follow(now);
        AuditTrail.Append(db, who, action, $"task:{taskId}", now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static async Task<TaskAnswer> AnswerAsync(
        ProductDb db,
        long taskId,
        bool changed,
        string why,
        CancellationToken cancellationToken
    )
    {
        var task = await Visible(db, taskId).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        return (task, changed) switch
        {
            (null, _) => new TaskAnswer.NotFound($"There is no task {taskId}."),
            (_, true) => new TaskAnswer.Accepted(task),
            _ => new TaskAnswer.Refused($"Task {taskId} {why}; it is {task.Status.ToSnakeCase()}."),
        };
    }

    private static IQueryable<AgentTask> Visible(ProductDb db, long taskId) =>
        db.Tasks.Where(task => task.Id == taskId && task.HiddenAt == null);
}
