using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Audit;
using Project38.Core.Storage;

namespace Project38.Core.Handoffs;

/// <summary>What the next run of an agent will receive.</summary>
/// <param name="RunNumber">Number of that run.</param>
/// <param name="View">Null: nothing, it begins anew.</param>
public sealed record NextHandoff(int RunNumber, HandoffView? View);

/// <summary>Handoffs as people look at them: what the next run receives, what every run left, and a new beginning.</summary>
public sealed class HandoffBook(HandoffStore store, IDbContextFactory<ProductDb> databases)
{
    /// <summary>What the next run receives, as things stand.</summary>
    /// <returns>Null when there is no such agent.</returns>
    public async Task<NextHandoff?> NextAsync(long agentId, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        if (!await ExistsAsync(db, agentId, cancellationToken))
        {
            return null;
        }

        var last = await db
            .Handoffs.Where(row => row.AgentId == agentId)
            .MaxAsync(row => (int?)row.RunNumber, cancellationToken);
        var number = (last ?? 0) + 1;
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        return new NextHandoff(number, await store.ReadAsync(db, agentId, number, now, cancellationToken));
    }

    /// <summary>What runs left, newest first; over resets and TTL too.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="before">Only runs with a lower number; null: from the newest on.</param>
    /// <param name="max">At most this many.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>Null when there is no such agent.</returns>
    public async Task<IReadOnlyList<HandoffRow>?> HistoryAsync(
        long agentId,
        int? before,
        int max,
        CancellationToken cancellationToken
    )
    {
        await using var db = databases.CreateDbContext();
        return await ExistsAsync(db, agentId, cancellationToken)
            ? await store.HistoryAsync(db, agentId, before, max, cancellationToken)
            : null;
    }

    /// <summary>Lets the agent begin anew: its next run initialises. What runs left stays as history.</summary>
    /// <returns>False when there is no such agent.</returns>
    public async Task<bool> ResetAsync(long agentId, string who, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await ExistsAsync(db, agentId, cancellationToken))
        {
            return false;
        }

        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        await store.ResetAsync(db, agentId, now, cancellationToken);
        AuditTrail.Append(db, who, "agent.handoff.reset", $"agent:{agentId}", now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static Task<bool> ExistsAsync(ProductDb db, long agentId, CancellationToken cancellationToken) =>
        db.Agents.AnyAsync(agent => agent.Id == agentId && agent.DeletedAt == null, cancellationToken);
}
