using Microsoft.Extensions.Time.Testing;

namespace Project38.Core.Tests.Tools.Sessions;

/// <summary>A fake clock that tells when something waits on it: moved earlier, it would move past what is yet to be asked.</summary>
internal sealed class SignallingTime : FakeTimeProvider
{
    private readonly Dictionary<TimeSpan, TaskCompletionSource> _waits = [];

    /// <summary>Done once something waits that long, or did.</summary>
    public Task WaitedFor(TimeSpan wait) => Signal(wait).Task.WaitAsync(TestContext.Current.CancellationToken);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Signal(dueTime).TrySetResult();
        return timer;
    }

    private TaskCompletionSource Signal(TimeSpan wait)
    {
        lock (_waits)
        {
            return _waits.TryGetValue(wait, out var signal)
                ? signal
                : _waits[wait] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
