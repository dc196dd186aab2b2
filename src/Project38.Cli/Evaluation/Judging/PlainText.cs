using System.Globalization;
using System.Text;

namespace Project38.Cli.Evaluation.Judging;

/// <summary>Makes plain what looks the same to a reader: direction marks, odd spaces, dashes, quotes, ends of lines.</summary>
internal static class PlainText
{
    /// <summary>The plain text.</summary>
    public static string Of(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var character in text.ReplaceLineEndings("\n"))
        {
            if (Of(character) is { } one)
            {
                plain.Append(one);
            }
        }
        return plain.ToString();
    }

    /// <summary>The plain character; null: it is not seen, and goes.</summary>
    public static char? Of(char character) =>
        character switch
        {
            '\u200B' or '\u200E' or '\u200F' or '\u061C' or '\u2060' or '\uFEFF' or '\u00AD' => null,
            >= '\u202A' and <= '\u202E' => null,
            >= '\u2066' and <= '\u2069' => null,
            >= '\u2010' and <= '\u2015' => '-',
            '\u2212' or '\u05BE' or '\uFE58' or '\uFE63' or '\uFF0D' => '-',
            >= '\u2018' and <= '\u201B' => '\'',
            '\u05F3' => '\'',
            >= '\u201C' and <= '\u201F' => '"',
            '\u05F4' => '"',
            _ when char.GetUnicodeCategory(character) == UnicodeCategory.SpaceSeparator => ' ',
            _ => character,
        };
}
