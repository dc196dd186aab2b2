using System.Text.RegularExpressions;

namespace Project38.Cli.Output;

/// <summary>Hebrew and Arabic inside lines that run from left to right.</summary>
/// <remarks>
/// Without isolates (UAX #9) a terminal moves the digits and punctuation beside such a text to its other side:
/// <c>'סכום' 3</c> would read as if the 3 belonged to the name.
/// </remarks>
internal static partial class RightToLeft
{
    private const char Isolate = '\u2068';
    private const char EndIsolate = '\u2069';

    /// <summary>Isolates what is quoted; where nothing such is quoted, the whole text, the blanks around it left out.</summary>
    public static string Isolated(string text)
    {
        if (!Letter().IsMatch(text))
        {
            return text;
        }

        var quoted = Quoted()
            .Replace(
                text,
                match => Letter().IsMatch(match.Value) ? $"'{Of(match.Groups["name"].Value)}'" : match.Value
            );
        return quoted != text ? quoted : text.Replace(text.Trim(' '), Of(text.Trim(' ')), StringComparison.Ordinal);
    }

    /// <summary>The text without marks that turn the direction of what follows it: an agent's word must not rewrite our line.</summary>
    public static string WithoutControls(string text) => Controls().Replace(text, "");

    private static string Of(string text) => $"{Isolate}{text}{EndIsolate}";

    [GeneratedRegex(@"[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]", RegexOptions.None, 1000)]
    private static partial Regex Letter();

    [GeneratedRegex("'(?<name>[^']+)'", RegexOptions.None, 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"[\u202A-\u202E\u2066-\u2069]", RegexOptions.None, 1000)]
    private static partial Regex Controls();
}
