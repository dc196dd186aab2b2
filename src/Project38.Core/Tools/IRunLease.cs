namespace Project38.Core.Tools;

/// <summary>Whether a run still owns its task. The worker's real one asks the database; a trial's is always valid.</summary>
/// <remarks>Defined here, implemented below: Tools asks, Harness answers (DESIGN.md, "The house").</remarks>
public interface IRunLease
{
    /// <summary>
    /// Whether nobody else can have begun the task, by the clock and what is known here. It asks nobody, so a call that changes
    /// nothing waits for no database; that a person cancelled the task a moment ago it does not know. False: nobody knows, and
    /// <see cref="IsHeldAsync"/> says.
    /// </summary>
    bool IsHeldByClock { get; }

    /// <summary>Whether a tool call of this run may still have an effect, as it is now.</summary>
    ValueTask<bool> IsHeldAsync(CancellationToken cancellationToken);
}
