using System.Diagnostics.Metrics;

namespace Project38.Core.Harness;

/// <summary>What the harness measures: meter <c>Project38.Harness</c>.</summary>
internal sealed class HarnessInstruments : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _lines;
    private readonly Counter<long> _discarded;
    private readonly Histogram<double> _runs;

    public HarnessInstruments(IMeterFactory meters)
    {
        _meter = meters.Create("Project38.Harness");
        _lines = _meter.CreateCounter<long>("p38.fires", "{fire}", "Fires of schedules, by what became of them");
        _discarded = _meter.CreateCounter<long>("p38.runs.discarded", "{run}", "Results thrown away for an old fence");
        _runs = _meter.CreateHistogram<double>("p38.runs.duration", "s", "Wall time of runs, by outcome");
    }

    /// <summary>Fires that got their line.</summary>
    public void Fires(string status, int fires) =>
        _lines.Add(fires, new KeyValuePair<string, object?>("status", status));

    /// <summary>A run that ended with its claim held.</summary>
    public void RunEnded(string outcome, TimeSpan took) =>
        _runs.Record(took.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>A result that nobody wanted any more.</summary>
    public void Discarded() => _discarded.Add(1);

    public void Dispose() => _meter.Dispose();
}
