namespace Project38.Cli.Output;

/// <summary>Text for one line of a table or a report.</summary>
internal static class OneLine
{
    /// <summary>On one line, at most so many characters; of a longer text the beginning, and an ellipsis.</summary>
    public static string Of(string text, int most)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= most ? line : line[..(most - 1)] + "…";
    }
}
