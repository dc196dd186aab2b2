using Project38.Core.Agents;
using Project38.Core.Harness.Queue;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Scheduling;

/// <summary>The tick's hot path, once per database: a statement for each step, all but the last in the transaction of the tick.</summary>
internal interface ITickStore
{
    /// <summary>Active agents whose next fire is due, longest due first, and locked until the commit.</summary>
    Task<List<Agent>> TakeDueAsync(ProductDb db, int max, CancellationToken cancellationToken);

    /// <summary>What the plans of agents depend on, seen once they are locked.</summary>
    Task<TickView> ViewAsync(ProductDb db, IReadOnlyList<Agent> agents, CancellationToken cancellationToken);

    /// <summary>Writes lines of the ledger, set-based, and moves the agents on. A fire that has its line already keeps the one it has.</summary>
    Task WriteAsync(
        ProductDb db,
        IReadOnlyList<AgentTask> lines,
        IReadOnlyList<NextFire> next,
        CancellationToken cancellationToken
    );

    /// <summary>How long nothing is due, by the database's clock; negative when something is, null when nothing will be.</summary>
    Task<TimeSpan?> UntilDueAsync(ProductDb db, CancellationToken cancellationToken);
}

/// <summary>When an agent is due next.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="At">Null: never again.</param>
internal sealed record NextFire(long AgentId, DateTimeOffset? At);

/// <summary>What a tick sees once its agents are locked: by a statement of its own, as each sees what was committed before it.</summary>
/// <param name="Now">The database's clock.</param>
/// <param name="Open">Of each agent that has any, its oldest task that is not finished.</param>
internal sealed record TickView(DateTimeOffset Now, IReadOnlyDictionary<long, long> Open)
{
    /// <summary>Of the rows of a store.</summary>
    public static TickView Of(IReadOnlyList<OpenTask> rows) =>
        new(
            Microseconds.FromUnixMicroseconds(rows[0].Now),
            rows.Where(row => row.AgentId is not null).ToDictionary(row => row.AgentId!.Value, row => row.TaskId!.Value)
        );

    /// <summary>A row: one for each agent with an open task, or one with the clock alone.</summary>
    /// <param name="Now">Microseconds since 1970.</param>
    /// <param name="AgentId">The agent.</param>
    /// <param name="TaskId">Its oldest open task.</param>
    public sealed record OpenTask(long Now, long? AgentId, long? TaskId);
}
