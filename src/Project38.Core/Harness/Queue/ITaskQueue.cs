namespace Project38.Core.Harness.Queue;

/// <summary>The queue's hot path, once per database. The database's clock decides throughout.</summary>
public interface ITaskQueue
{
    /// <summary>Claims due tasks: pending ones, and running ones whose lease has ended. Each gets a higher fence.</summary>
    /// <param name="worker">Who claims: node and worker.</param>
    /// <param name="max">At most this many, oldest due first.</param>
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
}

/// <summary>Which tasks a worker may claim.</summary>
/// <param name="ManualSince">
/// Null: everything that is due. Else only manual tasks created at or after this instant: what an embedded server
/// runs, which must not start overdue work behind a verb.
/// </param>
public sealed record ClaimScope(DateTimeOffset? ManualSince)
{
    /// <summary>Everything that is due.</summary>
    public static ClaimScope All { get; } = new(ManualSince: null);
}

/// <summary>A claim: who may write the result of which task.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="AgentId">Its agent.</param>
/// <param name="Fence">This claim's fence.</param>
/// <param name="Attempt">Which run of the task this is, from 1.</param>
/// <param name="ScheduledAt">The nominal fire.</param>
/// <param name="Trigger">What made it due.</param>
/// <param name="Config">Config given with a manual start, or null.</param>
public sealed record ClaimedTask(
    long TaskId,
    long AgentId,
    long Fence,
    int Attempt,
    DateTimeOffset ScheduledAt,
    TaskTrigger Trigger,
    string? Config
);
