using System.Threading.Channels;

namespace Project38.Core.Harness;

/// <summary>Ends somebody's sleep early. Signals given while nobody sleeps count as one.</summary>
internal sealed class WakeUp(TimeProvider time)
{
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <summary>Wakes the sleeper, or keeps the next sleep from starting.</summary>
    public void Signal() => _signals.Writer.TryWrite(true);

    /// <summary>Sleeps until a signal, but no longer than <paramref name="atMost"/>.</summary>
    public async Task SleepAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _signals.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Slept for the whole time.
        }
    }
}
