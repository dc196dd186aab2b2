using Microsoft.Playwright;

namespace Project38.Core.Tools.Browser;

/// <summary>Words of a page and of the browser, bounded.</summary>
internal static class PageWords
{
    private const int MostFault = 300;

    /// <summary>A text of at most so many characters, of which no half stands at the end.</summary>
    public static string Cut(string text, int most) =>
        text.Length <= most ? text
        : char.IsHighSurrogate(text[most - 1]) ? text[..(most - 1)]
        : text[..most];

    /// <summary>What went wrong, as the browser says it: its first line.</summary>
    public static string Fault(Exception fault)
    {
        var line = fault.Message.Split('\n', 2)[0].Trim();
        if (fault is PlaywrightException && line.IndexOf("net::", StringComparison.Ordinal) is >= 0 and var start)
        {
            line = $"The page could not be loaded: {line[start..]}";
        }

        return Cut(line, MostFault);
    }
}
