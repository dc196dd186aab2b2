using Project38.Core.Agents;

namespace Project38.Core.Harness.Scheduling;

/// <summary>How long a fire waits before it runs, so that agents with one schedule do not all start at once.</summary>
internal static class FireJitter
{
    /// <summary>From nothing to <paramref name="most"/>, in whole milliseconds; of one fire always the same, on every node.</summary>
    public static TimeSpan Of(long agentId, DateTimeOffset fire, TimeSpan most)
    {
        var steps = (ulong)most.TotalMilliseconds + 1;
        return TimeSpan.FromMilliseconds((long)(StableHash.Of(agentId, fire.UtcTicks) % steps));
    }
}
