using System.Collections.Concurrent;

namespace Project38.Core.Tests.Tools.Http;

/// <summary>A clock on which every wait is over at once, and known; only what is as long as a call's timeout never ends.</summary>
internal sealed class PatientTime : TimeProvider
{
    private static readonly TimeSpan s_never = TimeSpan.FromSeconds(30);

    private long _elapsed;

    /// <summary>The waits, in order.</summary>
    public ConcurrentQueue<TimeSpan> Waits { get; } = [];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _elapsed);

    public override DateTimeOffset GetUtcNow() =>
        new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero).AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime >= TimeSpan.Zero && dueTime < s_never)
        {
            Waits.Enqueue(dueTime);
            _ = Interlocked.Add(ref _elapsed, dueTime.Ticks);
            _ = ThreadPool.UnsafeQueueUserWorkItem(_ => callback(state), null);
        }

        return new Timer();
    }

    private sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() { }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
