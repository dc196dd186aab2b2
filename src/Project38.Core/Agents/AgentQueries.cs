using Microsoft.EntityFrameworkCore;
using Project38.Core.Storage;

namespace Project38.Core.Agents;

/// <summary>Questions that are asked so often that EF translates them once.</summary>
internal static class AgentQueries
{
    /// <summary>An agent by its id, a deleted one too, with the version that it points at; null: there never was one.</summary>
    /// <returns>To be kept by whoever asks, and for one kind of database: its translation is in it.</returns>
    public static Func<ProductDb, long, CancellationToken, Task<VersionedAgent?>> ById() =>
        EF.CompileAsyncQuery(
            (ProductDb db, long id, CancellationToken _) =>
                db.Set<Agent>()
                    .AsNoTracking()
                    .Where(agent => agent.Id == id)
                    .LeftJoin(
                        db.Set<AgentVersion>().AsNoTracking(),
                        agent => agent.VersionId,
                        version => (long?)version.Id,
                        (agent, version) => new VersionedAgent(agent, version)
                    )
                    .SingleOrDefault()
        );
}
