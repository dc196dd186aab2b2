namespace Project38.Core.Models;

/// <summary>Tokens by what they cost. No token is in two parts.</summary>
/// <param name="Input">Read anew, neither from the cache nor written to it.</param>
/// <param name="Output">Written, thinking included.</param>
/// <param name="CacheWrite5m">Read and kept in the provider's cache for five minutes.</param>
/// <param name="CacheWrite1h">Read and kept in the provider's cache for an hour.</param>
/// <param name="CacheRead">Read from the provider's cache.</param>
public sealed record TokenUsage(
    long Input = 0,
    long Output = 0,
    long CacheWrite5m = 0,
    long CacheWrite1h = 0,
    long CacheRead = 0
)
{
    /// <summary>Nothing.</summary>
    public static TokenUsage None { get; } = new();

    /// <summary>The whole prompt.</summary>
    public long Prompt => Input + CacheWrite5m + CacheWrite1h + CacheRead;

    /// <summary>All of them.</summary>
    public long Total => Prompt + Output;

    /// <summary>Part by part.</summary>
    public static TokenUsage operator +(TokenUsage left, TokenUsage right) =>
        new(
            left.Input + right.Input,
            left.Output + right.Output,
            left.CacheWrite5m + right.CacheWrite5m,
            left.CacheWrite1h + right.CacheWrite1h,
            left.CacheRead + right.CacheRead
        );
}
