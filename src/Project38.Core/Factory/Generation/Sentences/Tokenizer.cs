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
        // Group names are those of TokenKind, in the order of the pattern: the first that fits wins.
        foreach (Match match in Pattern().Matches(sentence))
        {
            var kind = KindOf(match);
            var text = kind == TokenKind.Quoted ? match.Value[1..^1].Trim() : match.Value;
            if (kind == TokenKind.Quoted && FileName().IsMatch(text))
            {
                kind = TokenKind.File;
            }
            var gap = sentence.AsSpan(end, match.Index - end).Trim();
            tokens.Add(new Token(kind, text, match.Index, match.Index + match.Length, gap is "-" or "–" or "—"));
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
        "csv|tsv|txt|log|json|jsonl|xlsx|xls|ods|xml|html|md|yaml|yml|parquet|sqlite|db|pdf|docx|png|jpg|zip|gz";

    // A bare domain needs an ending that is surely one, so that "costs.Tell me" is not a host. Others take https://.
    private const string TopLevels =
        "com|org|net|edu|gov|mil|int|info|biz|dev|app|cloud|online|site|tech|store|xyz|[a-z]{2}";

    [GeneratedRegex(
        $$"""
            (?<Quoted> (?<![\p{L}\d]) (?: "[^"\n]+" | “[^”\n]+” | «[^»\n]+» | `[^`\n]+` | '[^'\n]+'(?![\p{L}\d]) ) )
            | (?<Url> https?://[^\s"'<>]*[^\s"'<>.,;:!?)\]}] )
            | (?<Symbol> [^\s@"']{1,64}@[^\s@"']{1,200}[\p{L}\d] )
            | (?<Date> (?<![\p{L}\d]) \d{4}-\d{2}-\d{2} (?![\p{L}\d]) )
            | (?<File> (?<![\p{L}\d./~_-]) [\p{L}\d./~_-]{0,200}[\p{L}\d_-]\.(?:{{Extensions}}) (?![\p{L}\d_/-]|\.[\p{L}\d]) )
            | (?<Url> (?<![\p{L}\d./_-]) (?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.){1,10}(?:{{TopLevels}}) (?![\p{L}\d-]|\.[\p{L}\d])
                (?: :\d{1,5} )? (?: /[^\s"'<>]*[^\s"'<>.,;:!?)\]}] | / )? )
            | (?<Clock> \d{1,2}:\d{2}(?:\ ?[ap]\.?m\b\.?)? (?![\p{L}\d:]) | \d{1,2}[ap]m (?![\p{L}\d]) )
            | (?<Ordinal> \d{1,2}(?:st|nd|rd|th) (?![\p{L}\d]) )
            | (?<Number> (?:(?<!\S)-)? [$€£₪]? (?:\d{1,3}(?:,\d{3})+|\d{1,15}) (?:\.\d{1,6})? k? [%$€£₪]?
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
