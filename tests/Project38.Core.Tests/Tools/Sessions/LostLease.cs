using Project38.Core.Tools;

namespace Project38.Core.Tests.Tools.Sessions;

/// <summary>The lease of a run that has lost its task.</summary>
/// <param name="byClock">Whether the clock sees it.</param>
/// <param name="inDatabase">Whether the database does.</param>
internal sealed class LostLease(bool byClock, bool inDatabase = true) : IRunLease
{
    public int Asked { get; private set; }

    public bool IsHeldByClock => !byClock;

    public ValueTask<bool> IsHeldAsync(CancellationToken cancellationToken)
    {
        Asked++;
        return ValueTask.FromResult(!inDatabase);
    }
}
