namespace Project38.Core.Harness.Queue;

/// <summary>How long a failed task waits for its next run.</summary>
internal static class Backoff
{
    /// <summary>Share of a wait that is random, so that agents which failed together do not retry together.</summary>
    private const double Jitter = 0.1;

    /// <summary><paramref name="first"/>, doubled with each run, at most <paramref name="longest"/>, plus up to 10 %.</summary>
    /// <param name="first">Wait after the first run.</param>
    /// <param name="attempt">Which run failed, from 1.</param>
    /// <param name="longest">The wait is never longer, jitter aside.</param>
    /// <param name="random">From 0 up to 1.</param>
    public static TimeSpan After(TimeSpan first, int attempt, TimeSpan longest, double random)
    {
        // 2^40 first waits are longer than any limit; without the cap, zero times infinity is not a number.
        var factor = Math.Pow(2, Math.Clamp(attempt - 1, 0, 40));
        var seconds = Math.Min(first.TotalSeconds * factor, longest.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (1 + Jitter * random));
    }
}
