namespace Project38.Cli.Output;

/// <summary>Text for one line of a table or a report.</summary>
internal static class OneLine
{
    /// <summary>With blanks for its line breaks.</summary>
    public static string Of(string text) => text.ReplaceLineEndings(" ").Trim();

    /// <summary>On one line, at most so many cells; of a longer text the beginning, and an ellipsis.</summary>
    public static string Of(string text, int most) => Cells.Cut(Of(text), most);
}
