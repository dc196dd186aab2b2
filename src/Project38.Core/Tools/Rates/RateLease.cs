using Project38.Core.Agents;

namespace Project38.Core.Tools.Rates;

/// <summary>Calls that a run took from its agent's buckets ahead of making them, so that neither a call nor a refusal waits for the database.</summary>
internal sealed class RateLease : IAsyncDisposable
{
    /// <summary>Calls of one bucket that a run holds at most.</summary>
    private const int Most = 100;

    private readonly RateLeases _node;
    private readonly Lock _gate = new();
    private readonly List<Part> _parts;

    /// <summary>A lease of the buckets that some rules make.</summary>
    public RateLease(RateLeases node, long agentId, IEnumerable<ToolRule> rules)
    {
        _node = node;
        _parts = [.. rules.SelectMany(rule => Keys(agentId, rule).Select(key => new Part(rule, key)))];
    }

    /// <summary>Completes when the first calls were taken, or could not be.</summary>
    public Task Ready { get; set; } = Task.CompletedTask;

    /// <summary>Takes a call of each bucket that counts it, or of none.</summary>
    /// <param name="tool">What is called.</param>
    /// <returns>Null; or the bucket that has none left, and when it has.</returns>
    public (RateKey Key, TimeSpan NextIn)? TryTake(string tool)
    {
        lock (_gate)
        {
            var counting = _parts.FindAll(part => part.Rule.Covers(tool));
            if (counting.Find(part => part.Held == 0) is { } empty)
            {
                return (empty.Key, empty.NextIn);
            }

            counting.ForEach(part => part.Held--);
            return null;
        }
    }

    /// <summary>What it would take now to hold as many as it may; empty: it does.</summary>
    public IReadOnlyList<RateRequest> Wanted()
    {
        lock (_gate)
        {
            return
            [
                .. _parts
                    .Where(part => part.Held < part.Full)
                    .Select(part => new RateRequest(part.Key, Back: 0, part.Full - part.Held)),
            ];
        }
    }

    /// <summary>Adds what was taken.</summary>
    /// <returns>False when it was drained meanwhile, and holds nothing any more.</returns>
    public bool TryAdd(RateKey key, RateGrant grant)
    {
        lock (_gate)
        {
            if (_parts.Find(part => part.Key == key) is not { } part)
            {
                return false;
            }

            part.Held += grant.Taken;
            part.NextIn = grant.NextIn;
            return true;
        }
    }

    /// <summary>Gives back what was not used.</summary>
    public async ValueTask DisposeAsync() => await _node.CloseAsync(this);

    /// <summary>All that it holds; from then on it holds nothing.</summary>
    public IReadOnlyList<RateRequest> Drain()
    {
        lock (_gate)
        {
            RateRequest[] back =
            [
                .. _parts.Where(part => part.Held > 0).Select(part => new RateRequest(part.Key, part.Held, Wanted: 0)),
            ];
            _parts.Clear();
            return back;
        }
    }

    private static IEnumerable<RateKey> Keys(long agentId, ToolRule rule)
    {
        if (rule.PerMinute is { } minute)
        {
            yield return new RateKey(agentId, rule.Tools, 60, minute);
        }
        if (rule.PerHour is { } hour)
        {
            yield return new RateKey(agentId, rule.Tools, 3600, hour);
        }
    }

    private sealed class Part(ToolRule rule, RateKey key)
    {
        public ToolRule Rule { get; } = rule;

        public RateKey Key { get; } = key;

        public int Full { get; } = Math.Min(key.Limit, Most);

        public int Held { get; set; }

        public TimeSpan NextIn { get; set; } = TimeSpan.FromSeconds(1);
    }
}
