using Microsoft.EntityFrameworkCore;
using Project38.Core.Agents;
using Project38.Core.Agents.Versions;
using Project38.Core.Models.Calls;
using Project38.Core.Storage;

namespace Project38.Core.Factory.History;

/// <summary>Some of an agent's makings.</summary>
/// <param name="Makings">Newest first, each with its attempts in order.</param>
/// <param name="Total">How many there are in all.</param>
public sealed record MakingPage(IReadOnlyList<MakingRow> Makings, int Total);

/// <summary>Keeps how each version was made: all attempts, their findings and failures, their cost, and why it stopped.</summary>
public sealed class MakingHistory(ProductDbFactory databases)
{
    /// <summary>Makings kept for one agent; the oldest go.</summary>
    public const int Kept = 50;

    /// <summary>Keeps a making in the commit that stores what it came to.</summary>
    public static BesideVersion Beside(MakingKind kind, string? asked, Making making) =>
        async (db, version, cancellationToken) =>
        {
            await GiveCallsAsync(db, making, version.AgentId, cancellationToken);
            var row = Row(
                kind,
                asked,
                making,
                version.AgentId,
                version.TeamId,
                version.CreatedBy,
                version.CreatedAt,
                version
            );
            await AddAsync(db, row, cancellationToken);
        };

    /// <summary>Keeps a making of an agent that came to nothing.</summary>
    public async Task AddAsync(
        Agent agent,
        MakingKind kind,
        string? asked,
        Making making,
        string who,
        CancellationToken cancellationToken
    )
    {
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await AddAsync(db, agent, kind, asked, making, who, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The same in a transaction of the caller's, who saves and commits.</summary>
    internal static async Task AddAsync(
        ProductDb db,
        Agent agent,
        MakingKind kind,
        string? asked,
        Making making,
        string who,
        CancellationToken cancellationToken
    )
    {
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        await AddAsync(
            db,
            Row(kind, asked, making, agent.Id, agent.TeamId, who, now, version: null),
            cancellationToken
        );
    }

    /// <summary>An agent's makings, newest first.</summary>
    /// <returns>Null when there is no such agent.</returns>
    public async Task<MakingPage?> ListAsync(long agentId, int limit, int offset, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        if (!await db.Agents.AnyAsync(one => one.Id == agentId && one.DeletedAt == null, cancellationToken))
        {
            return null;
        }

        var all = db.Makings.AsNoTracking().Where(making => making.AgentId == agentId);
        var page = await all.OrderByDescending(making => making.Id)
            .Skip(offset)
            .Take(limit)
            .Include(making => making.Attempts.OrderBy(attempt => attempt.Number))
            .ToListAsync(cancellationToken);
        return new MakingPage(page, await all.CountAsync(cancellationToken));
    }

    // Models were asked before there was an agent: from now on the calls are its own.
    private static Task GiveCallsAsync(
        ProductDb db,
        Making making,
        long agentId,
        CancellationToken cancellationToken
    ) =>
        making.Id is null
            ? Task.CompletedTask
            : db
                .ModelCalls.Where(call => call.Making == making.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(call => call.AgentId, agentId), cancellationToken);

    private static async Task AddAsync(ProductDb db, MakingRow row, CancellationToken cancellationToken)
    {
        var oldest = await db
            .Makings.Where(making => making.AgentId == row.AgentId)
            .OrderByDescending(making => making.Id)
            .Select(making => making.Id)
            .Skip(Kept - 1)
            .FirstOrDefaultAsync(cancellationToken);
        await db
            .Makings.Where(making => making.AgentId == row.AgentId && making.Id <= oldest)
            .ExecuteDeleteAsync(cancellationToken);
        db.Makings.Add(row);
    }

    private static MakingRow Row(
        MakingKind kind,
        string? asked,
        Making making,
        long agentId,
        string team,
        string who,
        DateTimeOffset now,
        AgentVersion? version
    ) =>
        new()
        {
            TeamId = team,
            AgentId = agentId,
            Version = version?.Number,
            Kind = kind,
            Asked = asked is null ? null : StorableText.Cut(asked, Agent.MaxDescription),
            Proved = version?.Proved == true,
            Stopped = StorableText.Cut(making.Stopped ?? "", 1000),
            Iterations = making.Iterations,
            Tokens = making.Usage.Total,
            Cost = making.Cost,
            CreatedBy = who,
            CreatedAt = now,
            Attempts = [.. making.Attempts.Select(AttemptRow.Of)],
        };
}
