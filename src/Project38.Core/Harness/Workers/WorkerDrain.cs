namespace Project38.Core.Harness.Workers;

/// <summary>Ends the patience of a stop.</summary>
public sealed class WorkerDrain : IDisposable
{
    private readonly CancellationTokenSource _over = new();

    internal WorkerDrain() { }

    /// <summary>Cancelled when the runs under way are to end.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Ends the runs under way at once: their tasks are handed back, due again. Only with a stop.</summary>
    public Task HandBackAsync() => _over.CancelAsync();

    /// <inheritdoc/>
    public void Dispose() => _over.Dispose();
}
