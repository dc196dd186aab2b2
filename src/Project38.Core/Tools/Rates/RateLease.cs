using Project38.Core.Agents;

namespace Project38.Core.Tools.Rates;

/// <summary>Calls that a run took from its agent's buckets ahead of making them, so that neither a call nor a refusal waits for the database.</summary>
/// <param name="close">Gives back what it holds.</param>
/// <param name="agentId">Whose calls are counted.</param>
/// <param name="rules">Which buckets those are.</param>
/// <param name="time">When they are made.</param>
internal sealed class RateLease(
    Func<RateLease, Task> close,
    long agentId,
    IReadOnlyList<ToolRule> rules,
    TimeProvider time
) : IAsyncDisposable
{
    /// <summary>Calls of one bucket that a run holds at most.</summary>
    private const int Most = 100;

    private readonly Lock _gate = new();
    private readonly List<Part> _parts =
    [
        .. rules.SelectMany(rule => Keys(agentId, rule).Select(key => new Part(rule, key, time))),
    ];

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

            counting.ForEach(part => part.Make(time.GetTimestamp()));
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
                    .Select(part => new RateRequest(part.Key, Back: 0, part.Full - part.Held)
                    {
                        Held = part.Held,
                        Gained = part.GainedUntil(time.GetTimestamp()),
                    }),
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

            part.Add(grant, time.GetTimestamp());
            return true;
        }
    }

    /// <summary>Gives back what was not used.</summary>
    public async ValueTask DisposeAsync() => await close(this);

    /// <summary>All that it holds; from then on it holds nothing.</summary>
    public IReadOnlyList<RateRequest> Drain()
    {
        lock (_gate)
        {
            RateRequest[] back =
            [
                .. _parts
                    .Where(part => part.Held > 0)
                    .Select(part => new RateRequest(part.Key, part.Held, Wanted: 0)
                    {
                        Gained = part.GainedUntil(time.GetTimestamp()),
                    }),
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

    /// <summary>One bucket: what is held of it, and how full it is as far as this run knows.</summary>
    private sealed class Part(ToolRule rule, RateKey key, TimeProvider time)
    {
        private double _gained = double.MaxValue;
        private double _level;
        private long _at;

        public ToolRule Rule { get; } = rule;

        public RateKey Key { get; } = key;

        public int Full { get; } = Math.Min(key.Limit, Most);

        public int Held { get; private set; }

        public TimeSpan NextIn { get; private set; } = TimeSpan.FromSeconds(1);

        public void Make(long now)
        {
            Fill(now);
            _level--;
            Held--;
        }

        /// <summary>What has come since it last took some.</summary>
        public double GainedUntil(long now)
        {
            Fill(now);
            return _gained;
        }

        public void Add(RateGrant grant, long now)
        {
            Held += grant.Taken;
            NextIn = grant.NextIn;
            (_level, _gained, _at) = (Held + grant.Left, 0, now);
        }

        private void Fill(long now)
        {
            var gained = Math.Clamp(time.GetElapsedTime(_at, now) / Key.Interval, 0, Math.Max(0, Key.Limit - _level));
            (_level, _gained, _at) = (_level + gained, _gained + gained, now);
        }
    }
}
