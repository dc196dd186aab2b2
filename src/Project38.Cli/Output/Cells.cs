using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Project38.Cli.Output;

/// <summary>How much room a text takes on a terminal, in cells; what a reader takes for one character is never divided.</summary>
internal static class Cells
{
    private const string Ellipsis = "…";
    private const int EmojiSelector = 0xFE0F;

    /// <summary>Hebrew points and joiners take none, East Asian letters and emoji two.</summary>
    public static int Of(string text) => Graphemes(text).Sum(OfGrapheme);

    /// <summary>The text where it fits, else its beginning and an ellipsis.</summary>
    /// <param name="text">On one line.</param>
    /// <param name="most">Cells, at least 1.</param>
    public static string Cut(string text, int most)
    {
        if (Of(text) <= most)
        {
            return text;
        }
        return Beginning(text, most - 1).TrimEnd() + Ellipsis;
    }

    /// <summary>As much from the beginning as fits.</summary>
    public static string Beginning(string text, int most)
    {
        var (length, cells) = (0, 0);
        foreach (var grapheme in Graphemes(text))
        {
            cells += OfGrapheme(grapheme);
            if (cells > most)
            {
                break;
            }
            length += grapheme.Length;
        }
        return text[..length];
    }

    /// <summary>The text with blanks behind it, up to a width.</summary>
    public static string Pad(string text, int width) => text + new string(' ', Math.Max(0, width - Of(text)));

    private static IEnumerable<string> Graphemes(string text)
    {
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            yield return elements.GetTextElement();
        }
    }

    // The widest of its parts: a family of four joined emoji is drawn as one.
    private static int OfGrapheme(string grapheme) =>
        grapheme.EnumerateRunes().Max(rune => OfRune(rune, grapheme.Length > 1));

    private static int OfRune(Rune rune, bool joined) =>
        rune.Value switch
        {
            EmojiSelector when joined => 2,
            >= 0x1F1E6 and <= 0x1F1FF => 2, // a letter of a flag
            _ when Rune.GetUnicodeCategory(rune)
                    is UnicodeCategory.NonSpacingMark
                        or UnicodeCategory.EnclosingMark
                        or UnicodeCategory.Format
                        or UnicodeCategory.Control => 0,
            _ => rune.ToString().GetCellWidth(),
        };
}
