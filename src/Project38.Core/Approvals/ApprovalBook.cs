using Microsoft.EntityFrameworkCore;
using Project38.Core.Storage;

namespace Project38.Core.Approvals;

/// <summary>Which questions to list.</summary>
/// <param name="Status">Only with this status; null: all.</param>
/// <param name="AgentId">Only this agent's; null: all.</param>
/// <param name="Limit">At most this many.</param>
/// <param name="Offset">After this many.</param>
public sealed record ApprovalFilter(ApprovalStatus? Status, long? AgentId, int Limit, int Offset);

/// <summary>A part of a list, and how long the whole list is.</summary>
public sealed record ApprovalPage(IReadOnlyList<Approval> Approvals, int Total);

/// <summary>Reads questions. Changes nothing.</summary>
public sealed class ApprovalBook(IDbContextFactory<ProductDb> databases)
{
    /// <summary>Questions, newest first.</summary>
    public async Task<ApprovalPage> ListAsync(ApprovalFilter filter, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var (status, agent) = (filter.Status, filter.AgentId);
        var found = Own(db)
            .Where(approval => status == null || approval.Status == status)
            .Where(approval => agent == null || approval.AgentId == agent);
        var total = await found.CountAsync(cancellationToken);
        var page = await found
            .OrderByDescending(approval => approval.Id)
            .Skip(filter.Offset)
            .Take(filter.Limit)
            .ToListAsync(cancellationToken);
        return new ApprovalPage(page, total);
    }

    /// <summary>A question; null: there is none.</summary>
    public async Task<Approval?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await Own(db).SingleOrDefaultAsync(approval => approval.Id == id, cancellationToken);
    }

    /// <summary>How many of an agent's questions nobody has answered.</summary>
    internal async Task<int> CountOpenAsync(long agentId, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await db.Approvals.CountAsync(
            approval => approval.AgentId == agentId && approval.Status == ApprovalStatus.Open,
            cancellationToken
        );
    }

    private static IQueryable<Approval> Own(ProductDb db) =>
        db.Approvals.AsNoTracking().Where(approval => approval.TeamId == Team.Default);
}
