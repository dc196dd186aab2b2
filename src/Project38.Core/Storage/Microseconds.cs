namespace Project38.Core.Storage;

/// <summary>Instants as both databases hold them: whole microseconds since 1970, UTC.</summary>
public static class Microseconds
{
    /// <summary>Microseconds since 1970; what is finer is cut off, towards the past.</summary>
    public static long ToUnixMicroseconds(this DateTimeOffset instant) =>
        Math.DivRem(instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks, TimeSpan.TicksPerMicrosecond, out var rest)
        - (rest < 0 ? 1 : 0);

    /// <summary>The instant of <see cref="ToUnixMicroseconds"/>.</summary>
    public static DateTimeOffset FromUnixMicroseconds(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
