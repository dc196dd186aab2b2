namespace Project38.Core.Harness.Scheduling;

/// <summary>Where a door tells that an agent was made, changed or resumed, so that its first fire is not slept through.</summary>
/// <remarks>Only a nudge: a scheduler that is not told looks by itself within <see cref="SchedulerOptions.MaxSleep"/>.</remarks>
public sealed class ScheduleChanges
{
    private readonly HarnessSignals _signals;

    internal ScheduleChanges(HarnessSignals signals) => _signals = signals;

    /// <summary>Wakes the scheduler.</summary>
    public void Tell() => _signals.Schedules.Signal();
}
