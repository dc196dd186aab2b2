using Microsoft.Extensions.Logging;
using Project38.Core.Agents;

namespace Project38.Core.Tools.Rates;

/// <summary>
/// The leases of all runs of a node. Once a second, those that used some of theirs take more, all in one transaction; what is not
/// used by the end of a run is given back. Whoever dies in between has used all that he held.
/// </summary>
internal sealed partial class RateLeases(RateBook book, TimeProvider time, ILogger<RateLeases> logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly HashSet<RateLease> _open = [];
    private bool _renewing;

    /// <summary>Opens a lease; its first calls are on their way.</summary>
    /// <param name="agentId">Whose calls are counted.</param>
    /// <param name="rules">By which rules; those without a rate are let alone.</param>
    /// <returns>Null when no rule has a rate.</returns>
    public RateLease? Open(long agentId, IReadOnlyList<ToolRule> rules)
    {
        if (!rules.Any(rule => rule.PerMinute is not null || rule.PerHour is not null))
        {
            return null;
        }

        var lease = new RateLease(CloseAsync, agentId, rules, time);
        lease.Ready = Task.Run(() => RenewAsync([lease]));
        lock (_gate)
        {
            _open.Add(lease);
            if (!_renewing)
            {
                _renewing = true;
                _ = Task.Run(RenewAllAsync);
            }
        }
        return lease;
    }

    private async Task CloseAsync(RateLease lease)
    {
        lock (_gate)
        {
            _open.Remove(lease);
        }

        // One that is on its way would be given to nobody.
        await lease.Ready;
        var back = lease.Drain();
        if (back.Count > 0)
        {
            await TryTakeAsync(back);
        }
    }

    private async Task RenewAllAsync()
    {
        while (true)
        {
            await Task.Delay(Period, time);
            List<RateLease> open;
            lock (_gate)
            {
                open = [.. _open];
                if (open.Count == 0)
                {
                    _renewing = false;
                    return;
                }
            }

            // Those that have none yet are at it themselves.
            var renewable = open.FindAll(lease => lease.Ready.IsCompleted);
            if (!await RenewAsync(renewable) && renewable.Count > 1)
            {
                // What is wrong with one must not be the others' end.
                foreach (var lease in renewable)
                {
                    await RenewAsync([lease]);
                }
            }
        }
    }

    /// <returns>False when nothing could be taken.</returns>
    private async Task<bool> RenewAsync(IReadOnlyList<RateLease> leases)
    {
        List<(RateLease Lease, RateRequest Request)> wanted =
        [
            .. leases.SelectMany(lease => lease.Wanted().Select(request => (lease, request))),
        ];
        if (wanted.Count == 0)
        {
            return true;
        }

        var grants = await TryTakeAsync([.. wanted.Select(one => one.Request)]);
        RateRequest[] back =
        [
            .. wanted
                .Zip(grants)
                .Where(one => !one.First.Lease.TryAdd(one.First.Request.Key, one.Second))
                .Select(one => new RateRequest(one.First.Request.Key, one.Second.Taken, Wanted: 0)),
        ];
        if (back.Length > 0)
        {
            await TryTakeAsync(back);
        }
        return grants.Count > 0;
    }

    // Without the database there are no more calls: a limit that is not kept is none.
    private async Task<IReadOnlyList<RateGrant>> TryTakeAsync(IReadOnlyList<RateRequest> requests)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            return await book.TakeAsync(requests, patience.Token);
        }
#pragma warning disable CA1031 // Whatever it is: the next second tries again, and nobody else does.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NotTaken(logger, requests.Count, exception);
            return [];
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The rates of {Count} tools could not be renewed; their calls are refused when what was taken is used up"
    )]
    private static partial void NotTaken(ILogger logger, int count, Exception exception);
}
