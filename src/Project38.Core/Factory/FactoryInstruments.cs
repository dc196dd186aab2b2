using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Project38.Core.Factory;

/// <summary>What the factory measures and traces: meter and source <c>Project38.Factory</c>. Never a brief or a program.</summary>
internal static class FactoryInstruments
{
    private const string Name = "Project38.Factory";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "p38.making.duration",
        "s",
        "Time to make or change agents, by kind and outcome"
    );

    private static readonly Counter<long> Programs = Meter.CreateCounter<long>(
        "p38.making.programs",
        "{program}",
        "Programs written to make or change agents, by kind and outcome"
    );

    /// <summary>Measures a making, however it ends.</summary>
    /// <param name="kind"><c>create</c>, <c>edit</c>, <c>repair</c> or <c>import</c>.</param>
    /// <param name="clock">Takes the time.</param>
    /// <param name="make">The making.</param>
    public static async Task<FactoryResult> MeasureAsync(
        string kind,
        TimeProvider clock,
        Func<Task<FactoryResult>> make
    )
    {
        using var span = Source.StartActivity($"make {kind}");
        var started = clock.GetTimestamp();
        var outcome = "broken";
        try
        {
            var result = await make();
            outcome = OutcomeOf(result);
            Programs.Add(result.Making.Iterations, new("kind", kind), new("outcome", outcome));
            return result;
        }
        catch (OperationCanceledException)
        {
            outcome = "cancelled";
            throw;
        }
        finally
        {
            span?.SetTag("outcome", outcome);
            Duration.Record(clock.GetElapsedTime(started).TotalSeconds, new("kind", kind), new("outcome", outcome));
        }
    }

    private static string OutcomeOf(FactoryResult result) =>
        result switch
        {
            FactoryResult.Proved => "proved",
            FactoryResult.NotProved => "not_proved",
            FactoryResult.Asked => "asked",
            FactoryResult.Refused => "refused",
            _ => throw new ArgumentOutOfRangeException(nameof(result), result, "No such result."),
        };
}
