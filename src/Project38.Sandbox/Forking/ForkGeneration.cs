namespace Project38.Sandbox.Forking;

/// <summary>One fork server, from its start to the end of its last child, with the children that wait ready.</summary>
internal sealed class ForkGeneration
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly ForkServer _server;
    private readonly SandboxSpec _spec;
    private readonly TimeProvider _time;
    private readonly Queue<Task<ForkedChild?>> _ready = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;
    private int _busy;
    private bool _isRetired;

    public ForkGeneration(ForkServer server, SandboxSpec spec, TimeProvider time)
    {
        _server = server;
        _spec = spec;
        _time = time;
        StartedAt = time.GetTimestamp();
        for (var i = 0; i < spec.Fork!.Ready; i++)
        {
            _ready.Enqueue(MakeReadyAsync());
        }
    }

    public long StartedAt { get; }

    /// <summary>Children so far.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether the server is gone.</summary>
    public bool HasEnded => _server.Completion.IsCompleted;

    /// <summary>A sandbox that waits; null where none can be made.</summary>
    public async Task<ForkedChild?> TakeAsync(SandboxLimits limits)
    {
        Task<ForkedChild?>? ready = null;
        lock (_lock)
        {
            if (_isRetired)
            {
                return null;
            }

            _busy++;
            if (_ready.TryDequeue(out ready))
            {
                _ready.Enqueue(MakeReadyAsync());
            }
        }

        ForkedChild? child = null;
        try
        {
            child = await (ready is null ? MakeAsync(limits) : PrepareAsync(ready, limits));
            return child;
        }
        finally
        {
            _ = LeaveAsync(child?.GoneAsync() ?? Task.CompletedTask);
        }
    }

    /// <summary>Waits until all that wait are ready.</summary>
    public Task ReadyAsync()
    {
        lock (_lock)
        {
            return Task.WhenAll(_ready);
        }
    }

    /// <summary>Ends the children that wait, and the server once no other is left.</summary>
    public async Task RetireAsync()
    {
        List<Task<ForkedChild?>> ready;
        lock (_lock)
        {
            _isRetired = true;
            ready = [.. _ready];
            _ready.Clear();
            if (_busy == 0)
            {
                _idle.TrySetResult();
            }
        }

        foreach (var child in await Task.WhenAll(ready))
        {
            await (child?.AbandonAsync(_time) ?? Task.CompletedTask);
        }

        await _idle.Task;
        await _server.DisposeAsync();
    }

    private static async Task<ForkedChild?> PrepareAsync(Task<ForkedChild?> ready, SandboxLimits limits)
    {
        if (await ready is not { } child)
        {
            return null;
        }

        child.Start = SandboxStart.Pooled;
        child.Loan.Cgroup?.Limit(limits);
        return child;
    }

    // Whoever takes one does not wait for the next.
    private Task<ForkedChild?> MakeReadyAsync() => Task.Run(() => MakeAsync(_spec.Limits));

    private async Task<ForkedChild?> MakeAsync(SandboxLimits limits)
    {
        ForkedChild? child = null;
        try
        {
            Interlocked.Increment(ref _count);
            child = await _server.ForkAsync(limits);
            if (await child.WaitingAsync().WaitAsync(Patience, _time))
            {
                return child;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or TimeoutException)
        {
            // It is started anew then, and its exit says so.
        }

        await (child?.AbandonAsync(_time) ?? Task.CompletedTask);
        return null;
    }

    private async Task LeaveAsync(Task gone)
    {
        await gone;
        lock (_lock)
        {
            if (--_busy == 0 && _isRetired)
            {
                _idle.TrySetResult();
            }
        }
    }
}
