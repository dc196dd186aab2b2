using Project38.Core.Models;

namespace Project38.Core.Factory;

/// <summary>What making an agent took.</summary>
/// <param name="Iterations">Programs written.</param>
/// <param name="Usage">Tokens of all calls.</param>
/// <param name="Cost">USD of all calls, unrounded.</param>
public sealed record Making(int Iterations, TokenUsage Usage, decimal Cost)
{
    /// <summary>Why a making stopped that succeeded.</summary>
    public const string Proved = "It passed its checks and its trial.";

    /// <summary>Its name in the calls of models that were made for it; null: there were none.</summary>
    public string? Id { get; init; }

    /// <summary>All that was tried, in order.</summary>
    public IReadOnlyList<AttemptReport> Attempts { get; init; } = [];

    /// <summary>Why nothing more was tried, a sentence; null while it goes on.</summary>
    public string? Stopped { get; init; }

    /// <summary>One program, and no model.</summary>
    public static Making WithoutModel { get; } = new(1, TokenUsage.None, 0);
}
