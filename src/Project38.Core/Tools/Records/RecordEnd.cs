using Project38.Core.Approvals;

namespace Project38.Core.Tools.Records;

/// <summary>Why a run is ended at a call.</summary>
public abstract record RecordEnd
{
    private RecordEnd() { }

    /// <summary>It asked a person.</summary>
    public sealed record Asked(ApprovalQuestion Question) : RecordEnd;

    /// <summary>It was executed again, and did something else than before.</summary>
    /// <param name="Reason">At which call and how, for a person.</param>
    public sealed record Diverged(string Reason) : RecordEnd;
}
