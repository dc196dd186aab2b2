using System.Diagnostics;
using System.Diagnostics.Metrics;
using Project38.Core.Harness.Queue;

namespace Project38.Core.Harness;

/// <summary>What the harness measures and traces: meter and source <c>Project38.Harness</c>.</summary>
/// <remarks>Metrics know no ids, spans nothing but ids: what an agent is given, does or says is in neither.</remarks>
internal static class HarnessInstruments
{
    private const string Name = "Project38.Harness";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> FireCount = Meter.CreateCounter<long>(
        "p38.fires",
        "{fire}",
        "Fires of schedules, by what became of them"
    );

    private static readonly Counter<long> DiscardedCount = Meter.CreateCounter<long>(
        "p38.run.discarded",
        "{run}",
        "Results thrown away for an old fence"
    );

    private static readonly Histogram<double> RunDuration = Meter.CreateHistogram<double>(
        "p38.run.duration",
        "s",
        "Wall time of runs, by outcome"
    );

    private static readonly Histogram<double> DeliveryDuration = Meter.CreateHistogram<double>(
        "p38.delivery.duration",
        "s",
        "Wall time of attempts to deliver to channels, by kind and by what became of them"
    );

    /// <summary>Whose child the run of a task is that somebody starts now: a W3C <c>traceparent</c>, or null.</summary>
    /// <remarks>Null when nobody traces: ASP.NET Core then has an activity for its log, which leads nowhere.</remarks>
    public static string? TraceParent =>
        Source.HasListeners() && Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current.Id : null;

    /// <summary>Traces a fire. Each begins a trace of its own: its run may come long after the tick.</summary>
    /// <returns>Whose child its run is; null when nobody traces.</returns>
    public static string? TraceFire(long agentId, DateTimeOffset at)
    {
        using var fire = Source.StartActivity("fire", ActivityKind.Producer);
        fire?.SetTag("p38.agent.id", agentId).SetTag("p38.task.scheduled_at", at.ToString("O"));
        return fire?.Id;
    }

    /// <summary>Begins the span of a run, as a child of what made its task due, on whichever node that was.</summary>
    /// <returns>Null when nobody traces.</returns>
    public static Activity? TraceRun(ClaimedTask claim) =>
        Source
            .StartActivity("run", ActivityKind.Consumer, claim.TraceParent)
            ?.SetTag("p38.task.id", claim.TaskId)
            .SetTag("p38.agent.id", claim.AgentId)
            .SetTag("p38.run.attempt", claim.Attempt);

    /// <summary>Fires that got their line.</summary>
    public static void Fires(string status, int fires) =>
        FireCount.Add(fires, new KeyValuePair<string, object?>("status", status));

    /// <summary>A run that ended with its claim held.</summary>
    public static void RunEnded(string outcome, TimeSpan took) =>
        RunDuration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>An attempt to deliver that is over.</summary>
    public static void Delivered(string kind, string status, TimeSpan took) =>
        DeliveryDuration.Record(
            took.TotalSeconds,
            new KeyValuePair<string, object?>("kind", kind),
            new KeyValuePair<string, object?>("status", status)
        );

    /// <summary>A result that nobody wanted any more.</summary>
    public static void Discarded() => DiscardedCount.Add(1);
}
