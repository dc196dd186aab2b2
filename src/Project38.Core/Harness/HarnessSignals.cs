namespace Project38.Core.Harness;

/// <summary>What happens, told to whoever waits for it in this process. A poll stands behind each.</summary>
internal sealed class HarnessSignals(TimeProvider time)
{
    private TaskCompletionSource _finish = NewFinish();
    private bool _workToTell;
    private bool _finishToTell;

    /// <summary>Wakes the scheduler: a schedule has changed.</summary>
    public WakeUp Schedules { get; } = new(time);

    /// <summary>Wakes the workers: a task is due, or a slot is free.</summary>
    public WakeUp Work { get; } = new(time);

    /// <summary>Wakes the event hub: something happened here, or somebody wants to follow.</summary>
    public WakeUp Events { get; } = new(time);

    /// <summary>Wakes whoever delivers messages: one is due, or a place is free.</summary>
    public WakeUp Deliveries { get; } = new(time);

    /// <summary>Wakes whoever tells the other nodes.</summary>
    public WakeUp News { get; } = new(time);

    /// <summary>Completes when the next task finishes. Take it before you look at the task.</summary>
    public Task NextFinish => Volatile.Read(ref _finish).Task;

    /// <summary>A task is due that every node may claim; its row is committed.</summary>
    public void Due()
    {
        Work.Signal();
        Volatile.Write(ref _workToTell, true);
        News.Signal();
    }

    /// <summary>A task has finished here; its row is committed.</summary>
    public void Finished()
    {
        FinishedElsewhere();
        Volatile.Write(ref _finishToTell, true);
        News.Signal();
    }

    /// <summary>A task has finished, on a node that said so.</summary>
    public void FinishedElsewhere()
    {
        Interlocked.Exchange(ref _finish, NewFinish()).TrySetResult();
        Events.Signal();
    }

    /// <summary>What the other nodes were not told of yet; they are now.</summary>
    public (bool Work, bool Finish) TakeNews() =>
        (Interlocked.Exchange(ref _workToTell, false), Interlocked.Exchange(ref _finishToTell, false));

    private static TaskCompletionSource NewFinish() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
