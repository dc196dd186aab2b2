using Project38.Sandbox.Bubblewrap;
using Project38.Sandbox.Running;

namespace Project38.Sandbox.Forking;

/// <summary>The fork servers of this platform, one for each kind of program.</summary>
internal sealed class ForkServers(BubblewrapRunner runner, TimeProvider time) : IAsyncDisposable
{
    // Runs, trials, and those of a few images with packages. What has not been asked for longest makes room.
    private const int MostKinds = 6;

    private readonly Lock _lock = new();
    private readonly LinkedList<ForkSource> _sources = new();

    /// <summary>A sandbox that waits for this program; null where it has to be started anew.</summary>
    /// <remarks>The first of a kind is: its server starts meanwhile.</remarks>
    public Task<ForkedChild?> TakeAsync(SandboxSpec spec, Containment containment) =>
        Source(spec, containment).TakeAsync(spec.Limits);

    /// <summary>Starts the server of a program's kind, and waits until programs can be forked, or cannot.</summary>
    public Task WarmAsync(SandboxSpec spec, Containment containment) => Source(spec, containment).WarmAsync();

    /// <summary>Ends the children that wait, and each server once its last child is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        List<ForkSource> sources;
        lock (_lock)
        {
            sources = [.. _sources];
        }

        await Task.WhenAll(sources.Select(source => source.DisposeAsync().AsTask()));
    }

    private ForkSource Source(SandboxSpec spec, Containment containment)
    {
        var kind = ForkKind.Of(spec, containment);
        lock (_lock)
        {
            var source = _sources.FirstOrDefault(source => source.Kind == kind);
            if (source is not null)
            {
                _sources.Remove(source);
            }

            source ??= new ForkSource(kind, runner, containment, spec, time);
            _sources.AddFirst(source);
            if (_sources.Count > MostKinds)
            {
                _ = _sources.Last!.Value.DisposeAsync().AsTask();
                _sources.RemoveLast();
            }

            return source;
        }
    }
}
