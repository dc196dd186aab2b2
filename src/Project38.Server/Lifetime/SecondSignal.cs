using System.Runtime.InteropServices;
using Project38.Core.Harness.Workers;

namespace Project38.Server.Lifetime;

/// <summary>The first signal to stop drains, a second one has no more patience: what runs is handed back at once.</summary>
/// <remarks>SIGQUIT has none from the start. With it <c>p38 up</c> passes a second signal on, whenever the first arrives.</remarks>
internal sealed class SecondSignal(WorkerDrain drain, IHostApplicationLifetime lifetime, TimeProvider time)
    : IHostedService,
        IDisposable
{
    // One stop may come twice: as a signal to the whole group, and as the end of the input from whoever got it too.
    private static readonly TimeSpan SameStop = TimeSpan.FromMilliseconds(100);

    private readonly List<IDisposable> _heard = [];
    private long? _stoppingSince;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _heard.Add(lifetime.ApplicationStopping.Register(() => _stoppingSince = time.GetTimestamp()));
        _heard.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Hear));
        _heard.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Hear));
        _heard.Add(PosixSignalRegistration.Create(PosixSignal.SIGQUIT, HandBack));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _heard.ForEach(one => one.Dispose());

    // What a first one does is the host's.
    private void Hear(PosixSignalContext context)
    {
        if (_stoppingSince is { } since && time.GetElapsedTime(since) > SameStop)
        {
            HandBack(context);
        }
    }

    // The host makes a stop of it as well.
    private void HandBack(PosixSignalContext context)
    {
        context.Cancel = true;
        _ = drain.HandBackAsync();
    }
}
