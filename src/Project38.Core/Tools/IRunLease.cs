namespace Project38.Core.Tools;

/// <summary>
/// Whether a run still owns its task. The worker's real one asks the database; a trial's is always valid.
/// </summary>
/// <remarks>Defined here, implemented below: Tools asks, Harness answers (DESIGN.md, "The house").</remarks>
public interface IRunLease
{
    /// <summary>Whether a tool call of this run may still have an effect.</summary>
    ValueTask<bool> IsHeldAsync(CancellationToken cancellationToken);
}
