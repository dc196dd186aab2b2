namespace Project38.Core.Tools;

/// <summary>A token bucket for the calls of one run. Touches no database, so a refusal costs nothing.</summary>
internal sealed class CallRate(ToolLimits limits, TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _tokens = limits.CallBurst;
    private long _filled = time.GetTimestamp();

    /// <summary>Takes one call's token.</summary>
    /// <returns>Null when there was one; else how long until there is.</returns>
    public TimeSpan? Wait()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var gained = time.GetElapsedTime(_filled, now).TotalSeconds * limits.CallsPerSecond;
            _tokens = Math.Min(limits.CallBurst, _tokens + gained);
            _filled = now;
            if (_tokens >= 1)
            {
                _tokens--;
                return null;
            }

            return TimeSpan.FromSeconds((1 - _tokens) / limits.CallsPerSecond);
        }
    }
}
