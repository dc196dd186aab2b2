using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Project38.Core.Agents;
using Project38.Core.Storage;

namespace Project38.Core.Handoffs;

/// <summary>What runs leave for the next one, kept whole, and handed on small.</summary>
public sealed class HandoffStore(IOptions<HandoffOptions> options)
{
    /// <summary>No more runs than this are looked at for entries to hand on; the older ones are only counted.</summary>
    private const int RunsLookedAt = 200;

    /// <summary>What a run receives.</summary>
    /// <param name="db">The caller's.</param>
    /// <param name="agentId">The agent.</param>
    /// <param name="runNumber">Number of the run that receives it; what it and later ones left does not count.</param>
    /// <param name="now">By the database's clock; of a run that is over, when it began.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>
    /// Null when there is no live handoff, so that the run initialises first: no run has succeeded yet, or none since
    /// a reset or since a pause longer than the TTL.
    /// </returns>
    public async Task<HandoffView?> ReadAsync(
        ProductDb db,
        long agentId,
        int runNumber,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var newest = await Newest(db, agentId)
            .Where(row => row.RunNumber < runNumber)
            .FirstOrDefaultAsync(cancellationToken);
        return await ReadAsync(db, newest, runNumber, now, cancellationToken);
    }

    /// <summary>What a run receives, for whoever has read what the latest run left: often that is all there is to read.</summary>
    /// <param name="db">The caller's.</param>
    /// <param name="newest">What the agent's latest run left, as it stands now; null: there was none.</param>
    /// <param name="runNumber">Number of the run that receives it.</param>
    /// <param name="now">By the database's clock.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>As the other.</returns>
    internal static async Task<HandoffView?> ReadAsync(
        ProductDb db,
        HandoffRow? newest,
        int runNumber,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (newest is null || newest.ExpiresAt <= now)
        {
            return null;
        }

        var generation = Newest(db, newest.AgentId)
            .Where(row => row.Generation == newest.Generation && row.RunNumber <= newest.RunNumber);
        var succeeded = generation.Where(row => row.Succeeded);
        var state = newest.Succeeded
            ? newest.State
            : await succeeded.Select(row => row.State).FirstOrDefaultAsync(cancellationToken);
        if (state is null)
        {
            return null;
        }

        var summary =
            newest.Succeeded && newest.Summary is { } own
                ? own
                : await succeeded
                    .Where(row => row.Summary != null)
                    .Select(row => row.Summary)
                    .FirstOrDefaultAsync(cancellationToken);
        var (entries, first) = await EntriesAsync(generation, newest, cancellationToken);
        return HandoffFold.View(runNumber, JsonElement.Parse(state), summary, entries, first);
    }

    /// <summary>
    /// Adds what a run left to what the caller is about to save: state, observations, actions and summary of a run that
    /// succeeded; observations and actions, marked, of one that failed.
    /// </summary>
    /// <param name="db">The caller's, in the transaction that completes the task; it saves and commits.</param>
    /// <param name="agentId">The agent.</param>
    /// <param name="runNumber">Number of the run; higher than all before.</param>
    /// <param name="draft">What it left; null when it never came to say, which leaves the state as it was.</param>
    /// <param name="succeeded">Whether it succeeded.</param>
    /// <param name="now">By the database's clock.</param>
    /// <param name="cancellationToken">Stops before anything is added.</param>
    public async Task AppendAsync(
        ProductDb db,
        long agentId,
        int runNumber,
        HandoffDraft? draft,
        bool succeeded,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var newest = await Newest(db, agentId).FirstOrDefaultAsync(cancellationToken);
        var continues = newest is not null && newest.ExpiresAt > now;
        var team = newest?.TeamId ?? await TeamOf(db, agentId).SingleAsync(cancellationToken);

        var row = HandoffRow.Of(team, agentId, runNumber, draft, succeeded);
        row.Generation = (newest?.Generation ?? 0) + (continues ? 0 : 1);
        row.EntriesSoFar += continues ? newest!.EntriesSoFar : 0;
        (row.CreatedAt, row.ExpiresAt) = (now, now + options.Value.TimeToLive);
        db.Handoffs.Add(row);
    }

    /// <summary>What runs left, whole, newest first; over resets and TTL too.</summary>
    /// <param name="db">The caller's.</param>
    /// <param name="agentId">The agent.</param>
    /// <param name="before">Only runs with a lower number; null: from the newest on.</param>
    /// <param name="max">At most this many.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<HandoffRow>> HistoryAsync(
        ProductDb db,
        long agentId,
        int? before,
        int max,
        CancellationToken cancellationToken
    ) =>
        await Newest(db, agentId)
            .Where(row => before == null || row.RunNumber < before)
            .Take(max)
            .ToListAsync(cancellationToken);

    /// <summary>Lets the agent begin anew: the next run initialises. The history stays, and run numbers go on.</summary>
    /// <param name="db">The caller's.</param>
    /// <param name="agentId">The agent.</param>
    /// <param name="now">By the database's clock.</param>
    /// <param name="cancellationToken">Stops before anything is changed.</param>
    public async Task ResetAsync(ProductDb db, long agentId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var newest = Newest(db, agentId).Select(row => row.Id).Take(1);
        await db
            .Handoffs.Where(row => newest.Contains(row.Id) && row.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, now), cancellationToken);
    }

    /// <summary>The latest runs of a generation, newest first, and the number of its first; nothing where nobody noted anything.</summary>
    /// <remarks>Without their states: those of so many runs are megabytes, and only the newest counts.</remarks>
    private static async Task<(IReadOnlyList<HandoffRow> Latest, int First)> EntriesAsync(
        IQueryable<HandoffRow> generation,
        HandoffRow newest,
        CancellationToken cancellationToken
    )
    {
        if (newest.EntriesSoFar == 0)
        {
            return ([], newest.RunNumber);
        }
        var latest = await generation
            .Take(RunsLookedAt)
            .Select(row => new HandoffRow
            {
                TeamId = row.TeamId,
                RunNumber = row.RunNumber,
                Succeeded = row.Succeeded,
                Observations = row.Observations,
                Actions = row.Actions,
                EntriesSoFar = row.EntriesSoFar,
            })
            .ToListAsync(cancellationToken);
        var first =
            latest.Count < RunsLookedAt
                ? latest[^1].RunNumber
                : await generation.MinAsync(row => row.RunNumber, cancellationToken);
        return (latest, first);
    }

    /// <summary>Deletes what runs before a number left, but what the next run is given, which does not change.</summary>
    /// <param name="db">The caller's, in its transaction.</param>
    /// <param name="agentId">The agent.</param>
    /// <param name="before">The first run that is kept with all that it left.</param>
    /// <param name="cancellationToken">Stops before anything is deleted.</param>
    public async Task PruneAsync(ProductDb db, long agentId, int before, CancellationToken cancellationToken)
    {
        var newest = await Newest(db, agentId).FirstOrDefaultAsync(cancellationToken);
        if (newest is null)
        {
            return;
        }
        var generation = Newest(db, agentId).Where(row => row.Generation == newest.Generation);
        List<int> needed =
        [
            .. await generation.Select(row => row.RunNumber).Take(RunsLookedAt).ToListAsync(cancellationToken),
            .. await generation
                .Where(row => row.Succeeded)
                .Select(row => row.RunNumber)
                .Take(1)
                .ToListAsync(cancellationToken),
            .. await generation
                .Where(row => row.Succeeded && row.Summary != null)
                .Select(row => row.RunNumber)
                .Take(1)
                .ToListAsync(cancellationToken),
            await generation.MinAsync(row => row.RunNumber, cancellationToken),
        ];
        await db
            .Handoffs.Where(row => row.AgentId == agentId && row.RunNumber < before && !needed.Contains(row.RunNumber))
            .ExecuteDeleteAsync(cancellationToken);
    }

    private static IOrderedQueryable<HandoffRow> Newest(ProductDb db, long agentId) =>
        db.Handoffs.AsNoTracking().Where(row => row.AgentId == agentId).OrderByDescending(row => row.RunNumber);

    private static IQueryable<string> TeamOf(ProductDb db, long agentId) =>
        db.Agents.Where(agent => agent.Id == agentId).Select(agent => agent.TeamId);
}
