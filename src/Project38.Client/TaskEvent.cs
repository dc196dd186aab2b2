using Project38.Contracts;

namespace Project38.Client;

/// <summary>What a task did, as it happened.</summary>
/// <param name="Id">To go on after it another time.</param>
public abstract record TaskEvent(string Id)
{
    /// <summary>A run printed something.</summary>
    public sealed record Printed(string Id, LogEventResponse Log) : TaskEvent(Id);

    /// <summary>A tool call of a run ended.</summary>
    public sealed record Stepped(string Id, StepEventResponse Step) : TaskEvent(Id);

    /// <summary>The task ended for good; nothing comes after it.</summary>
    public sealed record Ended(string Id, TaskResponse Task) : TaskEvent(Id);
}

/// <summary>What happened on the platform.</summary>
/// <param name="Id">To go on after it another time.</param>
/// <param name="Event">What.</param>
public sealed record PlatformEvent(string Id, EventResponse Event);
