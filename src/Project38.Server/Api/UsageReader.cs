using Microsoft.EntityFrameworkCore;
using Project38.Contracts;
using Project38.Core.Budgets;
using Project38.Core.Execution;
using Project38.Core.Models;
using Project38.Core.Models.Calls;
using Project38.Core.Storage;
using Project38.Core.Tools.Usage;

namespace Project38.Server.Api;

/// <summary>Sums what was used. The database adds up; what comes back has a row for each model.</summary>
internal sealed class UsageReader(IDbContextFactory<ProductDb> databases)
{
    /// <summary>What was used so far.</summary>
    /// <param name="agentId">Only by this agent; null: by all.</param>
    /// <param name="zone">Whose midnight begins a day.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<UsageResponse> ReadAsync(long? agentId, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var now = TimeZoneInfo.ConvertTime(await DatabaseClock.NowAsync(db, cancellationToken), zone);
        var today = DateOnly.FromDateTime(now.Date);
        var ever = await CallsAsync(db, agentId, since: null, cancellationToken);
        return new UsageResponse
        {
            Timezone = zone.Id,
            Today = await PeriodAsync(ZonedTime.StartOf(today, zone)),
            Month = await PeriodAsync(ZonedTime.StartOf(today.AddDays(1 - today.Day), zone)),
            Ever = Period(null, ever, await RunsAsync(db, agentId, since: null, cancellationToken)),
            ByModel = [.. ever.OrderByDescending(sum => sum.MicroUsd).ThenBy(sum => sum.Model).Select(OfModel)],
            ByTool = await ToolsAsync(db, agentId, cancellationToken),
        };

        async Task<PeriodUsageResponse> PeriodAsync(DateTimeOffset since) =>
            Period(
                since,
                await CallsAsync(db, agentId, since, cancellationToken),
                await RunsAsync(db, agentId, since, cancellationToken)
            );
    }

    private static Task<List<CallSum>> CallsAsync(
        ProductDb db,
        long? agentId,
        DateTimeOffset? since,
        CancellationToken cancellationToken
    )
    {
        var calls = db.ModelCalls.AsNoTracking();
        calls = agentId is null ? calls : calls.Where(call => call.AgentId == agentId);
        calls = since is null ? calls : calls.Where(call => call.CreatedAt >= since);
        return calls
            .GroupBy(call => new { call.Provider, call.Model })
            .Select(group => new CallSum
            {
                Provider = group.Key.Provider,
                Model = group.Key.Model,
                Calls = group.LongCount(),
                Failed = group.LongCount(call => call.Outcome != ModelCallRow.Answered),
                Unpriced = group.LongCount(call => call.CostMicroUsd == null),
                Estimated = group.LongCount(call => call.Estimated),
                Input = group.Sum(call => call.InputTokens),
                Output = group.Sum(call => call.OutputTokens),
                CacheWrite = group.Sum(call => call.CacheWriteTokens),
                CacheRead = group.Sum(call => call.CacheReadTokens),
                MicroUsd = group.Sum(call => call.CostMicroUsd ?? 0),
            })
            .ToListAsync(cancellationToken);
    }

    private static async Task<RunSum> RunsAsync(
        ProductDb db,
        long? agentId,
        DateTimeOffset? since,
        CancellationToken cancellationToken
    )
    {
        var runs = db.Runs.AsNoTracking();
        runs = agentId is null ? runs : runs.Where(run => run.AgentId == agentId);
        runs = since is null ? runs : runs.Where(run => run.EndedAt >= since);
        return await runs.GroupBy(_ => 1)
                .Select(group => new RunSum(
                    group.LongCount(),
                    group.Sum(run => run.WallSeconds),
                    group.Sum(run => run.CpuSeconds ?? 0),
                    group.LongCount(run => run.CpuSeconds == null)
                ))
                .SingleOrDefaultAsync(cancellationToken)
            ?? new RunSum(0, 0, 0, 0);
    }

    private static async Task<IReadOnlyList<ToolUsageResponse>> ToolsAsync(
        ProductDb db,
        long? agentId,
        CancellationToken cancellationToken
    )
    {
        var used = db.ToolUsage.AsNoTracking();
        used = agentId is null ? used : used.Where(usage => usage.AgentId == agentId);
        var sums = await used.GroupBy(usage => new { usage.Tool, usage.Ended })
            .Select(group => new ToolUsageSum(
                group.Key.Tool,
                group.Key.Ended,
                group.Sum(usage => usage.Calls),
                group.Sum(usage => usage.TookMicroseconds),
                group.Sum(usage => usage.Bytes),
                group.Sum(usage => usage.CostMicroUsd)
            ))
            .ToListAsync(cancellationToken);
        return
        [
            .. sums.OrderBy(sum => sum.Tool, StringComparer.Ordinal)
                .ThenByDescending(sum => sum.Calls)
                .ThenBy(sum => sum.Ended, StringComparer.Ordinal)
                .Select(sum => new ToolUsageResponse(
                    sum.Tool,
                    sum.Ended,
                    sum.Calls,
                    sum.TookMicroseconds / 1e6,
                    sum.Bytes,
                    Usd.OfMicro(sum.CostMicroUsd)
                )),
        ];
    }

    private static PeriodUsageResponse Period(DateTimeOffset? since, IEnumerable<CallSum> calls, RunSum runs) =>
        new(Of(calls.Aggregate(new CallSum(), (all, one) => all + one)))
        {
            Since = since,
            Runs = runs.Count,
            WallSeconds = runs.Wall,
            CpuSeconds = runs.Cpu,
            UncountedRuns = runs.Uncounted,
        };

    private static ModelUsageResponse OfModel(CallSum sum) =>
        new(Of(sum)) { Provider = Wire.Provider(sum.Provider), Model = sum.Model };

    private static CallUsageResponse Of(CallSum sum) =>
        new()
        {
            Calls = sum.Calls,
            FailedCalls = sum.Failed,
            UnpricedCalls = sum.Unpriced,
            EstimatedCalls = sum.Estimated,
            InputTokens = sum.Input,
            OutputTokens = sum.Output,
            CacheWriteTokens = sum.CacheWrite,
            CacheReadTokens = sum.CacheRead,
            CostUsd = sum.Calls > 0 && sum.Unpriced == sum.Calls ? null : Usd.OfMicro(sum.MicroUsd),
        };

    private sealed record CallSum
    {
        public ModelProvider Provider { get; init; }

        public string Model { get; init; } = "";

        public long Calls { get; init; }

        public long Failed { get; init; }

        public long Unpriced { get; init; }

        public long Estimated { get; init; }

        public long Input { get; init; }

        public long Output { get; init; }

        public long CacheWrite { get; init; }

        public long CacheRead { get; init; }

        public long MicroUsd { get; init; }

        public static CallSum operator +(CallSum one, CallSum other) =>
            new()
            {
                Calls = one.Calls + other.Calls,
                Failed = one.Failed + other.Failed,
                Unpriced = one.Unpriced + other.Unpriced,
                Estimated = one.Estimated + other.Estimated,
                Input = one.Input + other.Input,
                Output = one.Output + other.Output,
                CacheWrite = one.CacheWrite + other.CacheWrite,
                CacheRead = one.CacheRead + other.CacheRead,
                MicroUsd = one.MicroUsd + other.MicroUsd,
            };
    }

    private sealed record RunSum(long Count, double Wall, double Cpu, long Uncounted);
}
