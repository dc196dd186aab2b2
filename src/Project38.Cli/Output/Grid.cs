namespace Project38.Cli.Output;

/// <summary>Rows in columns, as wide as the page and no wider.</summary>
internal static class Grid
{
    private const int Gap = 2;
    private const int Narrowest = 4;

    /// <summary>
    /// The header's line, then those of the rows, each as its cells. Where they do not fit, the widest columns give way:
    /// the last is broken into more lines, the others are cut.
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
        while (widths.Sum() > room && widths.Max() > Narrowest)
        {
            widths[Array.LastIndexOf(widths, widths.Max())]--;
        }
        return all.SelectMany(row => Broken(row, widths));
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
