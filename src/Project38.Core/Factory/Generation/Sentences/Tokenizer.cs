using System.Text.RegularExpressions;

namespace Project38.Core.Factory.Generation.Sentences;

/// <summary>Cuts a brief into tokens. Every character that is neither space nor plain punctuation is in one.</summary>
internal static partial class Tokenizer
{
    /// <summary>Reads a sentence of any language; never throws, and every repetition that could be tried again is bounded.</summary>
    public static List<Token> Read(string sentence)
    {
        var tokens = new List<Token>();
        var end = 0;
        var clause = 0;
        // Group names are those of TokenKind, in the order of the pattern: the first that fits wins.
        foreach (Match match in Pattern().Matches(sentence))
        {
            var kind = KindOf(match);
            var text = kind == TokenKind.Quoted ? match.Value[1..^1].Trim() : match.Value;
            if (kind == TokenKind.Quoted && FileName().IsMatch(text))
            {
                kind = TokenKind.File;
            }
            var gap = sentence[end..match.Index];
            clause += gap.AsSpan().IndexOfAny(".;!?\n") >= 0 ? 1 : 0;
            tokens.Add(new Token(kind, text, match.Index, match.Index + match.Length, gap.Trim()) { Clause = clause });
            end = match.Index + match.Length;
        }
        return tokens;
    }

    private static TokenKind KindOf(Match match)
    {
        foreach (var kind in Enum.GetValues<TokenKind>())
        {
            if (match.Groups[kind.ToString()].Success)
            {
                return kind;
            }
        }
        return TokenKind.Symbol;
    }

    private const string Extensions =
        "csv|tsv|tab|txt|log|out|err|json|jsonl|xlsx|xls|ods|xml|html|md|yaml|yml|parquet|sqlite|db|pdf|doc|docx|pptx|png|jpg|jpeg|gif|zip|gz|eml|ics";

    // Nothing of a name stands before, unless it is a Hebrew prefix with its dash.
    private const string Begins = @"(?: (?<![\p{L}\d./~_*-]) | (?<= (?<![\p{L}\d]) [ובלמשהכ]{1,3} -) )";

    // A bare domain needs an ending that is surely one, so that "costs.Tell me" is not a host. Others take https://.
    private const string TopLevels =
        "com|org|net|edu|gov|mil|int|info|biz|dev|app|cloud|online|site|tech|store|xyz|[a-z]{2}";

    // 1.000 is a thousand to some and one to others: no number, so that nobody guesses. 0.125 and 1.0000 are sure.
    private const string InTwoWays = @"[1-9]\d{0,2}\.\d{3}(?!\d)";

    /// <summary>Whether words hold a number that people write in two meanings: 1.000, 1,5.</summary>
    public static bool HasUnclearNumber(string words) => UnclearNumber().IsMatch(words);

    [GeneratedRegex(
        $@"(?<![\p{{L}}\d.,])(?:{InTwoWays}|\d{{1,9}},\d{{1,2}}(?!\d))(?![\d.,]*[.,]\d)",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex UnclearNumber();

    [GeneratedRegex(
        $$"""
            (?<Quoted> (?<![\p{L}\d]) (?: "[^"\n]+" | “[^”\n]+” | «[^»\n]+» | `[^`\n]+` | '[^'\n]+'(?![\p{L}\d]) ) )
            | (?<Url> https?://[^\s"'<>]*[^\s"'<>.,;:!?)\]}] )
            | (?<Symbol> [^\s@"']{1,64}@[^\s@"']{1,200}[\p{L}\d] )
            | (?<Date> (?<![\p{L}\d]) \d{4}-\d{2}-\d{2} (?![\p{L}\d]) )
            | (?<Word> (?<![\p{L}\d]) (?: as\ soon\ as | the\ moment | in\ case ) (?![\p{L}\d]) )
            | (?<Word> (?<![\p{L}\d]) [ובלמשהכ]{1,3} (?=-[A-Za-z\d/~*]) )
            | (?<File> {{Begins}} [\p{L}\d./~_-]{0,200}[\p{L}\d_-]\.(?:{{Extensions}}) (?![\p{L}\d_/-]|\.[\p{L}\d]) )
            | (?<Folder> {{Begins}} (?: (?: (?:\.\./){1,20} | (?:\.\.?|~)? / ) (?:[\p{L}\d.,_*?-]*[\p{L}\d_*?-])? (?:/[\p{L}\d._*?-]+){0,20} /?
                | [\p{L}\d][\p{L}\d._-]{0,80} (?:/[\p{L}\d._*?-]+){0,20} / | [\p{L}\d./_?-]{0,200}\*[\p{L}\d./_*?-]{0,199}[\p{L}\d_*] )
                (?![\p{L}\d*?]) )
            | (?<Url> {{Begins}} (?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.){1,10}(?:{{TopLevels}}) (?![\p{L}\d-]|\.[\p{L}\d])
                (?: :\d{1,5} )? (?: /[^\s"'<>]*[^\s"'<>.,;:!?)\]}] | / )? )
            | (?<Repository> (?<![\p{L}\d./_-]) (?=[A-Za-z_/]{0,100}[\d.-][A-Za-z\d/_]) (?=[^\s/]{0,40}[A-Za-z])
                [A-Za-z\d][A-Za-z\d-]{0,38} / [A-Za-z\d._-]{0,99}[A-Za-z\d_-] (?![\p{L}\d/]) )
            | (?<Path> {{Begins}} (?! [ap]\.m\b ) [A-Za-z_][A-Za-z\d_]{0,60} (?: \.(?-i:(?![A-Z][a-z])) [A-Za-z\d_]{1,60} ){1,10} (?![\p{L}\d-]) )
            | (?<Clock> \d{1,2}:\d{2}(?:\ ?[ap]\.?m\b\.?)? (?![\p{L}\d:]) | \d{1,2}[ap]m (?![\p{L}\d]) )
            | (?<Ordinal> \d{1,2}(?:st|nd|rd|th) (?![\p{L}\d]) )
            | (?<Number> (?:(?<!\S)-)? [$€£₪]? (?!{{InTwoWays}}) (?:\d{1,3}(?:,\d{3})+|\d{1,15}) (?:\.\d{1,6})? k? [%$€£₪]?
                (?![A-Za-z\d%$€£₪]|[.,:]\d) )
            | (?<Word> [ap]\.m\.? (?![\p{L}\d]) | [\u05D0-\u05EA]+(?:["'׳״][\u05D0-\u05EA]+)*['׳]?
                | [A-Za-z]+/[A-Za-z_]+(?:/[A-Za-z_]+)? | \p{L}[\p{L}\p{M}\d_]*(?:['’]\p{L}+)* )
            | (?<Symbol> \d[\p{L}\p{M}\d_.,:/]* | [^\s\p{Cf}.,;:!?()\[\]"'“”«»`\-–—…״׳] )
            """,
        RegexOptions.IgnorePatternWhitespace
            | RegexOptions.IgnoreCase
            | RegexOptions.ExplicitCapture
            | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex Pattern();

    [GeneratedRegex(
        $@"\.({Extensions})$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex FileName();
}
