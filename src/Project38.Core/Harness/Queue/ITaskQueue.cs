namespace Project38.Core.Harness.Queue;

/// <summary>The queue's hot path, once per database. The database's clock decides throughout.</summary>
public interface ITaskQueue
{
    /// <summary>Writes a task of a start by hand, due now, with its line in the audit: one commit, no retry.</summary>
    /// <param name="agentId">Its agent.</param>
    /// <param name="start">What its run gets; its config was checked.</param>
    /// <param name="who">Who starts it.</param>
    /// <param name="traceParent">What its run is traced under, or null.</param>
    /// <param name="cancellationToken">Stops waiting; a task that was written stays.</param>
    /// <returns>Null when no such agent may run: there is none, or it is a draft. Then nothing was written.</returns>
    Task<AgentTask?> StartAsync(
        long agentId,
        ManualStart start,
        string who,
        string? traceParent,
        CancellationToken cancellationToken
    );

    /// <summary>Claims due tasks: pending ones, and running ones whose lease has ended. Each gets a higher fence.</summary>
    /// <remarks>
    /// An agent has at most one task running, so that each run sees the handoff of the one before; the index
    /// <c>ux_tasks_agent_running</c> holds that even where two claims race. Scheduled tasks wait while their agent is not
    /// active, and no task of a deleted agent is claimed.
    /// <para>
    /// A task's priority grows by one for each whole minute that it is due: a low one waits longer, not for ever. Tasks of
    /// one agent keep their order. A task whose agent has a concurrency key is claimed while fewer than its limit run with
    /// that key; on PostgreSQL the index <c>ux_tasks_concurrency_place</c> holds that where claims race.
    /// </para>
    /// </remarks>
    /// <param name="worker">Who claims: node and worker.</param>
    /// <param name="max">At most this many, by priority, then oldest due first.</param>
    /// <param name="scope">Which tasks may be claimed.</param>
    /// <param name="cancellationToken">Stops waiting; a claim that was made holds.</param>
    Task<IReadOnlyList<ClaimedTask>> ClaimAsync(
        string worker,
        int max,
        ClaimScope scope,
        CancellationToken cancellationToken
    );

    /// <summary>Renews a lease.</summary>
    /// <returns>False when the claim is no longer held: stop, and discard.</returns>
    Task<bool> HeartbeatAsync(ClaimedTask claim, CancellationToken cancellationToken);

    /// <summary>Whether a claim is held: nobody else claimed the task since, cancelled it, or wrote its result.</summary>
    Task<bool> IsHeldAsync(ClaimedTask claim, CancellationToken cancellationToken);

    /// <summary>Gives a claim back unused: the task is due at once, and the run does not count as an attempt.</summary>
    /// <returns>False when the claim was no longer held.</returns>
    Task<bool> HandBackAsync(ClaimedTask claim, CancellationToken cancellationToken);
}

/// <summary>Which tasks a worker may claim.</summary>
/// <param name="ManualSince">
/// Null: everything that is due. Else only manual tasks created at or after this instant: what an embedded server
/// runs, which must not start overdue work behind a verb.
/// </param>
public sealed record ClaimScope(DateTimeOffset? ManualSince)
{
    /// <summary>What the worker is labelled with: it claims only tasks whose agents ask for none but these. Default: none.</summary>
    public string[] Labels { get; init; } = [];

    /// <summary>Everything that is due.</summary>
    public static ClaimScope All { get; } = new(ManualSince: null);
}

/// <summary>A claim: who may write the result of which task.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="AgentId">Its agent.</param>
/// <param name="Fence">This claim's fence.</param>
/// <param name="Attempt">Which run of the task this is, from 1.</param>
/// <param name="MaxAttempts">How many it may have.</param>
/// <param name="ScheduledAt">The nominal fire.</param>
/// <param name="Trigger">What made it due.</param>
/// <param name="Config">Config given with a manual start, or null.</param>
/// <param name="Clock">The time that its run lives at; null: real time.</param>
/// <param name="DryRun">Whether its run only records what it would change in the world.</param>
/// <param name="TraceParent">What its run is traced under, or null.</param>
/// <param name="ClaimedAt">When it was claimed, by the database's clock.</param>
public sealed record ClaimedTask(
    long TaskId,
    long AgentId,
    long Fence,
    int Attempt,
    int MaxAttempts,
    DateTimeOffset ScheduledAt,
    TaskTrigger Trigger,
    string? Config,
    DateTimeOffset? Clock,
    bool DryRun,
    string? TraceParent,
    DateTimeOffset ClaimedAt
);

/// <summary>A task that a look at the queue claimed, with what it is put in order by.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Priority">Higher first.</param>
/// <param name="NotBefore">When it was due.</param>
/// <param name="HasKey">Whether it has a place of a concurrency key.</param>
internal sealed record FoundTask(ClaimedTask Claim, int Priority, DateTimeOffset NotBefore, bool HasKey)
{
    /// <summary>A row that was claimed.</summary>
    public static FoundTask Of(AgentTask task) =>
        new(
            new ClaimedTask(
                task.Id,
                task.AgentId,
                task.Fence,
                task.Attempt,
                task.MaxAttempts,
                task.ScheduledAt,
                task.Trigger,
                task.Config,
                task.Clock,
                task.DryRun,
                task.TraceParent,
                task.StartedAt!.Value
            ),
            task.Priority,
            task.NotBefore,
            task.ConcurrencyKey is not null
        );

    /// <summary>
    /// Claims by as many looks as it takes: what a key left no place for stood in the way of others, and the next look
    /// passes it by.
    /// </summary>
    /// <param name="max">At most this many.</param>
    /// <param name="look">Claims at most as many as it is told, and commits.</param>
    public static async Task<IReadOnlyList<ClaimedTask>> InLooksAsync(int max, Func<int, Task<List<FoundTask>>> look)
    {
        List<FoundTask> found = [];
        List<FoundTask> some;
        do
        {
            try
            {
                some = await look(max - found.Count);
            }
            catch (Exception exception) when (found.Count > 0 && DutyLoop.IsDatabaseFailure(exception))
            {
                // What was claimed is held, and must be known of; the next claim meets the outage.
                break;
            }
            found.AddRange(some);
        } while (found.Count < max && some.Exists(task => task.HasKey));
        return InOrder(found);
    }

    /// <summary>The claims, by priority, then oldest due first.</summary>
    public static IReadOnlyList<ClaimedTask> InOrder(IEnumerable<FoundTask> found) =>
        [
            .. found
                .OrderByDescending(task => task.Priority)
                .ThenBy(task => task.NotBefore)
                .ThenBy(task => task.Claim.TaskId)
                .Select(task => task.Claim),
        ];
}

internal static class HeldTasks
{
    extension(IQueryable<AgentTask> tasks)
    {
        /// <summary>The task of a claim, as long as the claim is held. What every write of a result goes through.</summary>
        public IQueryable<AgentTask> HeldBy(ClaimedTask claim) =>
            tasks.Where(task =>
                task.Id == claim.TaskId && task.Fence == claim.Fence && task.Status == AgentTaskStatus.Running
            );
    }
}
