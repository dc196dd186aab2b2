using Project38.Core.Models;

namespace Project38.Core.Factory;

/// <summary>What making an agent took.</summary>
/// <param name="Iterations">Programs written.</param>
/// <param name="Usage">Tokens of all calls.</param>
/// <param name="Cost">USD of all calls, unrounded.</param>
public sealed record Making(int Iterations, TokenUsage Usage, decimal Cost)
{
    /// <summary>One program, and no model.</summary>
    public static Making WithoutModel { get; } = new(1, TokenUsage.None, 0);
}
