namespace Project38.Core.Factory.Validation.Checks;

/// <summary>A program and its tests, before the checks or behind them.</summary>
/// <param name="Code">The program.</param>
/// <param name="Tests">Its tests, or null.</param>
internal sealed record Candidate(string Code, string? Tests)
{
    /// <summary>The files, by the names that findings use.</summary>
    public IEnumerable<(string Name, string Text)> Files =>
        Tests is null ? [(CheckFindings.Program, Code)] : [(CheckFindings.Program, Code), (CheckFindings.Tests, Tests)];
}
