namespace Project38.Core.Tools.Sessions;

/// <summary>Counts calls at work, so that a session can wait for the last one.</summary>
internal sealed class CallTracker
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _drained;
    private int _count;
    private bool _closed;

    /// <summary>One call begins; it ends when disposed.</summary>
    /// <exception cref="OperationCanceledException">The session has ended.</exception>
    public IDisposable Begin()
    {
        lock (_gate)
        {
            _count = _closed ? throw new OperationCanceledException("The session has ended.") : _count + 1;
        }

        return new Call(this);
    }

    /// <summary>Lets no call begin any more, and completes when none is at work.</summary>
    public Task DrainAsync()
    {
        lock (_gate)
        {
            _closed = true;
            if (_count == 0)
            {
                return Task.CompletedTask;
            }

            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    private void End()
    {
        lock (_gate)
        {
            if (--_count == 0)
            {
                _drained?.TrySetResult();
            }
        }
    }

    private sealed class Call(CallTracker tracker) : IDisposable
    {
        public void Dispose() => tracker.End();
    }
}
