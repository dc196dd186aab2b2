namespace Project38.Core.Harness;

/// <summary>What happens in this process, told to whoever waits for it. A poll stands behind each: other nodes exist.</summary>
internal sealed class HarnessSignals(TimeProvider time)
{
    private TaskCompletionSource _finish = NewFinish();

    /// <summary>Wakes the scheduler: a schedule has changed.</summary>
    public WakeUp Schedules { get; } = new(time);

    /// <summary>Wakes the workers: a task is due, or a slot is free.</summary>
    public WakeUp Work { get; } = new(time);

    /// <summary>Wakes the event hub: something happened here, or somebody wants to follow.</summary>
    public WakeUp Events { get; } = new(time);

    /// <summary>Completes when the next task finishes. Take it before you look at the task.</summary>
    public Task NextFinish => Volatile.Read(ref _finish).Task;

    /// <summary>A task has finished; its row is committed.</summary>
    public void Finished()
    {
        Interlocked.Exchange(ref _finish, NewFinish()).TrySetResult();
        Events.Signal();
    }

    private static TaskCompletionSource NewFinish() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
