namespace Project38.Core.Tools.Usage;

/// <summary>A run's calls of one tool that ended alike, summed.</summary>
/// <param name="Tool">As <see cref="ToolUsage.Tool"/>.</param>
/// <param name="Ended">As <see cref="ToolUsage.Ended"/>.</param>
/// <param name="Calls">How many.</param>
/// <param name="TookMicroseconds">What they took.</param>
/// <param name="Bytes">Of arguments and answers.</param>
/// <param name="CostMicroUsd">What they cost, in millionths of a USD.</param>
public sealed record ToolUsageSum(
    string Tool,
    string Ended,
    long Calls,
    long TookMicroseconds,
    long Bytes,
    long CostMicroUsd
)
{
    /// <summary>Sums the calls that a run made.</summary>
    public static IReadOnlyList<ToolUsageSum> Of(IEnumerable<RunStep> steps) =>
        [
            .. steps
                .Where(step => !step.FromRecord)
                .GroupBy(step =>
                    (
                        // An agent may ask for any name: what is no tool's must not make rows.
                        Tool: step.ErrorClass is ToolErrorClass.UnknownTool ? ToolInstruments.UnknownTool : step.Tool,
                        Ended: step.ErrorClass ?? step.Outcome
                    )
                )
                .Select(group => new ToolUsageSum(
                    group.Key.Tool,
                    group.Key.Ended,
                    group.LongCount(),
                    group.Sum(step => step.Duration.Ticks) / TimeSpan.TicksPerMicrosecond,
                    group.Sum(step => step.Bytes),
                    group.Sum(step => step.CostMicroUsd)
                )),
        ];
}
