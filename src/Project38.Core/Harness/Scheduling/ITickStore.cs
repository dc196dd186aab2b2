using Project38.Core.Agents;
using Project38.Core.Harness.Queue;
using Project38.Core.Storage;

namespace Project38.Core.Harness.Scheduling;

/// <summary>The tick's hot path, once per database. All of it happens in the transaction of the tick.</summary>
internal interface ITickStore
{
    /// <summary>Active agents whose next fire is due, longest due first, tracked, and locked until the commit.</summary>
    Task<List<Agent>> TakeDueAsync(ProductDb db, int max, CancellationToken cancellationToken);

    /// <summary>Writes lines of the ledger, set-based. A fire that has its line already keeps the one it has.</summary>
    /// <returns>How many were written.</returns>
    Task<int> WriteAsync(ProductDb db, IReadOnlyList<AgentTask> lines, CancellationToken cancellationToken);
}
