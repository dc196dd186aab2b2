namespace Project38.Core.Tools.Records;

/// <summary>How a run goes by the record of one before.</summary>
/// <param name="Calls">The calls that are answered from there, all with their answers. Empty: none.</param>
/// <param name="Live">
/// Whether what follows the record is made: then its last call is the question that was answered. False: nothing is made, and
/// what is not in the record has diverged.
/// </param>
public sealed record RecordSpec(IReadOnlyList<RecordedCall> Calls, bool Live)
{
    /// <summary>
    /// Where it is not live: whether a call that changes the world, and is not in the record, is answered by what stands in for it, as
    /// in a dry run. Only a reading call has diverged then. Default: no.
    /// </summary>
    public bool StandsIn { get; init; }

    /// <summary>A run that begins its record.</summary>
    public static RecordSpec Empty { get; } = new([], Live: true);
}
