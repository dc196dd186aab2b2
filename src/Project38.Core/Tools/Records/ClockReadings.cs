using System.Text.Json;
using System.Text.Json.Nodes;

namespace Project38.Core.Tools.Records;

/// <summary>What the clock of a run showed each time it was read, as its process tells it, piece by piece.</summary>
internal sealed class ClockReadings
{
    /// <summary>The most that are kept.</summary>
    public const int Most = 100_000;

    /// <summary>Where a process tells them, beside a call.</summary>
    public const string Key = "p38/readings";

    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, double[]> _pieces = [];
    private int _count;

    /// <summary>All of them, in seconds since 1970; null when some are missing or there were more than are kept.</summary>
    public IReadOnlyList<double>? All
    {
        get
        {
            lock (_gate)
            {
                var next = 0;
                foreach (var (from, values) in _pieces)
                {
                    if (from != next)
                    {
                        return null;
                    }
                    next += values.Length;
                }

                return next >= Most ? null : [.. _pieces.Values.SelectMany(values => values)];
            }
        }
    }

    /// <summary>Takes a piece: <c>{"from": 12, "values": […]}</c>. One that is none is passed by: then some are missing.</summary>
    public void Add(JsonElement piece)
    {
        if (
            piece.ValueKind != JsonValueKind.Object
            || !piece.TryGetProperty("from", out var from)
            || from.ValueKind != JsonValueKind.Number
            || !from.TryGetInt32(out var start)
            || !piece.TryGetProperty("values", out var values)
            || values.ValueKind != JsonValueKind.Array
            || values.GetArrayLength() > Most
        )
        {
            return;
        }

        List<double> read = [];
        foreach (var value in values.EnumerateArray())
        {
            if (
                value.ValueKind != JsonValueKind.Number
                || !value.TryGetDouble(out var seconds)
                || !double.IsFinite(seconds)
            )
            {
                return;
            }
            read.Add(seconds);
        }

        lock (_gate)
        {
            if ((_count += read.Count) <= Most)
            {
                _pieces[start] = [.. read];
            }
        }
    }

    /// <summary>Takes a piece that came beside a call; null: none did.</summary>
    public void Add(JsonObject? beside)
    {
        if (beside?[Key] is { } piece)
        {
            Add(JsonSerializer.SerializeToElement(piece));
        }
    }
}
