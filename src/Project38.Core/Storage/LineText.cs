using System.Globalization;
using System.Text;

namespace Project38.Core.Storage;

/// <summary>Text that stands in one line of a list, a log or a terminal, and shows there all that it holds.</summary>
/// <remarks>
/// Not for text that may have lines, as a brief. Joiners (Hebrew and Persian words, composed emoji), the marks of a
/// direction and the tags of flags stay: without them a name people have cannot be written. What turns the text around it
/// (UAX #9) or shows nothing does not.
/// </remarks>
public static class LineText
{
    private const int FirstTag = 0xE0020;
    private const int LastTag = 0xE007F;

    /// <summary>The first character that may not stand in a line, for example <c>U+0009 (a tab)</c>; null: there is none.</summary>
    public static string? FirstWrong(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!Fits(rune))
            {
                return $"U+{rune.Value:X4} ({NameOf(rune)})";
            }
        }
        return null;
    }

    /// <summary>The text with a blank for each character that may not stand in a line; ends trimmed.</summary>
    public static string Clean(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => Fits(rune) ? rune.ToString() : " ")).Trim();

    private static bool Fits(Rune rune) =>
        Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
            UnicodeCategory.Format => rune.Value
                is '\u200c'
                    or '\u200d'
                    or '\u200e'
                    or '\u200f'
                    or '\u061c'
                    or (>= FirstTag and <= LastTag),
            _ => true,
        };

    private static string NameOf(Rune rune) =>
        rune.Value switch
        {
            '\t' => "a tab",
            '\n' or '\r' or '\u0085' or '\u2028' or '\u2029' => "a line break",
            '\u001b' => "Escape",
            (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') => "it turns the direction of text",
            _ when Rune.IsControl(rune) => "a control character",
            _ => "an invisible character",
        };
}
