namespace Project38.Cli.Output;

/// <summary>Rows in columns, as wide as the page and no wider.</summary>
internal static class Grid
{
    private const int Gap = 2;
    private const int Narrowest = 4;

    /// <summary>
    /// The header's line, then those of the rows, each as its cells. Where they do not fit, the widest columns give way, below
    /// the width of their headers only where nothing else is left: the last is broken into more lines, the others are cut,
    /// and headers are cut everywhere.
    /// </summary>
    /// <param name="width">Cells of the page.</param>
    /// <param name="headers">One for each column.</param>
    /// <param name="rows">As many cells each, on one line.</param>
    public static IEnumerable<IReadOnlyList<string>> Lines(
        int width,
        IReadOnlyList<string> headers,
        IReadOnlyList<IReadOnlyList<string>> rows
    )
    {
        IReadOnlyList<IReadOnlyList<string>> all = [headers, .. rows];
        var widths = Enumerable.Range(0, headers.Count).Select(at => all.Max(row => Cells.Of(row[at]))).ToArray();
        var room = width - (Gap * (headers.Count - 1));
        Narrow(widths, room, [.. headers.Select(Cells.Of)]);
        Narrow(widths, room, [.. headers.Select(_ => Narrowest)]);
        IReadOnlyList<string> top = [.. headers.SkipLast(1), Cells.Cut(headers[^1], widths[^1])];
        return Broken(top, widths).Concat(rows.SelectMany(row => Broken(row, widths)));
    }

    // Cell by cell from the widest, so that all give way alike.
    private static void Narrow(int[] widths, int room, IReadOnlyList<int> least)
    {
        while (widths.Sum() > room)
        {
            var giving = Enumerable.Range(0, widths.Length).Where(at => widths[at] > least[at]).ToList();
            if (giving.Count == 0)
            {
                return;
            }
            widths[giving.MaxBy(at => (widths[at], at))]--;
        }
    }

    /// <summary>What stands between two columns.</summary>
    public static string Between { get; } = new(' ', Gap);

    private static IEnumerable<IReadOnlyList<string>> Broken(IReadOnlyList<string> row, int[] widths)
    {
        var last = widths.Length - 1;
        foreach (var (at, part) in Wrap.At(widths[last], row[last]).Index())
        {
            yield return
            [
                .. widths[..last]
                    .Select((width, column) => Cells.Pad(at == 0 ? Cells.Cut(row[column], width) : "", width)),
                part,
            ];
        }
    }
}
