using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Project38.Core.Storage;

namespace Project38.Core.Tools.Rates;

/// <summary>A token bucket that nodes share. Row of <c>tool_rates</c>.</summary>
public sealed class ToolRate
{
    /// <summary>Whose calls it counts.</summary>
    public long AgentId { get; set; }

    /// <summary>Of which tools: <see cref="Agents.ToolRule.Tools"/>.</summary>
    public required string Tools { get; set; }

    /// <summary>The time in which it fills: 60 or 3600.</summary>
    public int Seconds { get; set; }

    /// <summary>Calls that nobody has taken, at <see cref="FilledAt"/>.</summary>
    public double Tokens { get; set; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset FilledAt { get; set; }
}

// No foreign key: what is left of a deleted agent is in nobody's way.
internal sealed class ToolRateMapping : IEntityTypeConfiguration<ToolRate>
{
    public void Configure(EntityTypeBuilder<ToolRate> builder)
    {
        builder.ToTable("tool_rates");
        builder.HasKey(rate => new
        {
            rate.AgentId,
            rate.Tools,
            rate.Seconds,
        });
        builder.Property(rate => rate.Tools).HasMaxLength(ToolCallPipeline.MostNameLength);
    }
}

/// <summary>Which bucket, and how large it is.</summary>
/// <param name="AgentId">As <see cref="ToolRate.AgentId"/>.</param>
/// <param name="Tools">As <see cref="ToolRate.Tools"/>.</param>
/// <param name="Seconds">As <see cref="ToolRate.Seconds"/>.</param>
/// <param name="Limit">Calls that it holds, and that fill it in <paramref name="Seconds"/>.</param>
internal sealed record RateKey(long AgentId, string Tools, int Seconds, int Limit)
{
    /// <summary>How long one call takes to come.</summary>
    public TimeSpan Interval => TimeSpan.FromSeconds((double)Seconds / Limit);
}

/// <summary>What somebody wants of a bucket.</summary>
/// <param name="Key">Which.</param>
/// <param name="Back">Calls taken before that are given back.</param>
/// <param name="Wanted">Calls to be taken, as far as there are any.</param>
internal sealed record RateRequest(RateKey Key, int Back, int Wanted)
{
    /// <summary>Calls taken before that are kept, and not made yet: the bucket is so much smaller.</summary>
    public int Held { get; init; }

    /// <summary>
    /// The most that came since, by whoever made calls of it: what is held and what is here are one bucket, and while that was full
    /// nothing came. Default: whatever the time has brought.
    /// </summary>
    public double Gained { get; init; } = double.MaxValue;
}

/// <summary>What became of it.</summary>
/// <param name="Taken">Calls taken.</param>
/// <param name="Left">Calls that nobody has taken.</param>
/// <param name="NextIn">When there is another one to be taken.</param>
internal sealed record RateGrant(int Taken, double Left, TimeSpan NextIn);

/// <summary>The buckets of all agents, in the database: whoever takes a call there, nobody else has it.</summary>
public sealed class RateBook(IDbContextFactory<ProductDb> databases)
{
    /// <summary>Takes and gives back, in one transaction.</summary>
    /// <returns>A grant for each request, in their order.</returns>
    internal async Task<IReadOnlyList<RateGrant>> TakeAsync(
        IReadOnlyList<RateRequest> requests,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var rates = await LockedAsync(
            db,
            [.. requests.Select(request => request.Key.AgentId).Distinct()],
            cancellationToken
        );
        var now = await DatabaseClock.NowAsync(db, cancellationToken);
        List<RateGrant> grants = [];
        foreach (var request in requests)
        {
            var key = request.Key;
            var rate = rates.GetValueOrDefault((key.AgentId, key.Tools, key.Seconds));
            if (rate is null)
            {
                rate = new ToolRate
                {
                    AgentId = key.AgentId,
                    Tools = key.Tools,
                    Seconds = key.Seconds,
                    Tokens = key.Limit,
                    FilledAt = now,
                };
                rates.Add((key.AgentId, key.Tools, key.Seconds), rate);
                db.Add(rate);
            }

            grants.Add(Take(rate, request, now));
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return grants;
    }

    /// <summary>Fills a bucket up to a moment, and takes from it.</summary>
    internal static RateGrant Take(ToolRate rate, RateRequest request, DateTimeOffset now)
    {
        var (key, back, wanted) = request;
        var gained = Math.Clamp((now - rate.FilledAt) / key.Interval, 0, request.Gained);
        var tokens = Math.Min(key.Limit - request.Held, rate.Tokens + gained + back);
        var taken = (int)Math.Clamp(Math.Floor(tokens), 0, wanted);
        rate.Tokens = tokens - taken;
        rate.FilledAt = now > rate.FilledAt ? now : rate.FilledAt;
        return new RateGrant(taken, rate.Tokens, key.Interval * Math.Clamp(1 - rate.Tokens, 0, 1));
    }

    // In the order of their keys, so that two nodes never wait for each other.
    private static async Task<Dictionary<(long, string, int), ToolRate>> LockedAsync(
        ProductDb db,
        long[] agents,
        CancellationToken cancellationToken
    )
    {
        var found = db.IsPostgres
            ? db.Set<ToolRate>()
                .FromSql(
                    $"SELECT * FROM tool_rates WHERE agent_id = ANY({agents}) ORDER BY agent_id, tools, seconds FOR UPDATE"
                )
            : db.Set<ToolRate>().Where(rate => agents.Contains(rate.AgentId));
        return (await found.ToListAsync(cancellationToken)).ToDictionary(rate =>
            (rate.AgentId, rate.Tools, rate.Seconds)
        );
    }
}
