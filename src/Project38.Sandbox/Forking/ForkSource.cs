using Project38.Sandbox.Bubblewrap;
using Project38.Sandbox.Running;

namespace Project38.Sandbox.Forking;

/// <summary>Gives sandboxes of one kind, forked from a server that it starts, renews and ends.</summary>
/// <remarks>
/// Children of one server have the same layout of memory and the same seed of hashes, so a server is renewed after so many
/// children and so much time. The old one ends with its last child.
/// </remarks>
internal sealed class ForkSource : IAsyncDisposable
{
    private const int MostChildren = 1000;
    private static readonly TimeSpan MostAge = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly BubblewrapRunner _runner;
    private readonly Containment _containment;
    private readonly SandboxSpec _spec;
    private readonly TimeProvider _time;
    private Task<ForkGeneration?> _current;
    private Task? _renewal;
    private long _failedAt;
    private bool _isDisposed;

    public ForkSource(
        ForkKind kind,
        BubblewrapRunner runner,
        Containment containment,
        SandboxSpec spec,
        TimeProvider time
    )
    {
        Kind = kind;
        _runner = runner;
        _containment = containment;
        _spec = spec with
        {
            Files = [],
            Limits = new SandboxLimits { ScratchBytes = spec.Limits.ScratchBytes },
        };
        _time = time;
        _current = Task.Run(StartAsync);
    }

    /// <summary>What its programs have in common.</summary>
    public ForkKind Kind { get; }

    /// <summary>A sandbox that waits; null where there is none yet, or none can be made.</summary>
    public async Task<ForkedChild?> TakeAsync(SandboxLimits limits)
    {
        var current = Current();
        return current is { IsCompletedSuccessfully: true, Result: { } generation }
            ? await generation.TakeAsync(limits)
            : null;
    }

    /// <summary>Waits until there is one, or none can be made.</summary>
    public async Task WarmAsync()
    {
        if (await Current() is { } generation)
        {
            await generation.ReadyAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task? renewal;
        lock (_lock)
        {
            _isDisposed = true;
            renewal = _renewal;
        }

        await (renewal ?? Task.CompletedTask);
        await RetireAsync(_current);
    }

    // Renews in the background: nobody waits for it.
    private Task<ForkGeneration?> Current()
    {
        lock (_lock)
        {
            if (!_isDisposed && _renewal is null && _current.IsCompleted && IsOver(_current.Result))
            {
                _renewal = RenewAsync();
            }

            return _current;
        }
    }

    private bool IsOver(ForkGeneration? generation) =>
        generation is null
            ? _time.GetElapsedTime(_failedAt) > Patience
            : generation.HasEnded
                || generation.Count >= MostChildren
                || _time.GetElapsedTime(generation.StartedAt) > MostAge;

    private async Task RenewAsync()
    {
        var next = await Task.Run(StartAsync);
        lock (_lock)
        {
            _ = RetireAsync(_current);
            _current = Task.FromResult(next);
            _renewal = null;
        }
    }

    private async Task<ForkGeneration?> StartAsync()
    {
        try
        {
            var server = await ForkServer.StartAsync(_runner, _containment, _spec, _time);
            return new ForkGeneration(server, _spec, _time);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Every program is started anew then, and its exit says so.
            _failedAt = _time.GetTimestamp();
            return null;
        }
    }

    private static async Task RetireAsync(Task<ForkGeneration?> old)
    {
        if (await old is { } generation)
        {
            await generation.RetireAsync();
        }
    }
}
