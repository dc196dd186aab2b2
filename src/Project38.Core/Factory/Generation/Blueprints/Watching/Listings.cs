using System.Text.RegularExpressions;
using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Watching;

/// <summary>What has a price on a market.</summary>
/// <param name="Symbol">For example <c>TSLA</c> or <c>BTC</c>.</param>
/// <param name="Kind"><c>stock</c>, <c>coin</c> or <c>market</c> (indices and commodities).</param>
/// <param name="English">Its name.</param>
/// <param name="Hebrew">Its name in Hebrew.</param>
/// <param name="Names">Other names people use, in lower case; null: none.</param>
/// <param name="Id">What a source calls it, where that is not the symbol; null: the symbol.</param>
internal sealed record Listing(string Symbol, string Kind, string English, string Hebrew, string[]? Names, string? Id)
{
    public string Name(Language language) => language.Say(English, Hebrew);
}

/// <summary>Companies, coins, indices and commodities, by the names people use and by symbol.</summary>
internal static partial class Listings
{
    private static readonly Listing[] _all = BlueprintFiles.Data<Listing[]>("quote/listings.json");

    private static readonly (string[] Words, Listing Listing)[] _names =
    [
        .. _all.SelectMany(listing =>
                ((string[])[listing.English.ToLowerInvariant(), listing.Hebrew, .. listing.Names ?? []])
                    .Distinct()
                    .Select(name => (Tokenizer.Read(name).Select(token => token.Text).ToArray(), listing))
            )
            .OrderByDescending(name => name.Item1.Length),
    ];

    // In capitals, and no symbol.
    private static readonly HashSet<string> _never =
    [
        "A",
        "I",
        "AM",
        "PM",
        "API",
        "URL",
        "JSON",
        "HTTP",
        "HTTPS",
        "HTML",
        "CSV",
        "XML",
        "RSS",
        "UTC",
        "GMT",
        "OK",
        "AND",
        "OR",
        "NOT",
        "IF",
        "THE",
        "IT",
        "IS",
        "OF",
        "IN",
        "AT",
        "ON",
        "TO",
        "ME",
        "MY",
        "UP",
        "CPU",
        "RAM",
        "EST",
        "PST",
        "UK",
        "US",
        "EU",
    ];

    /// <summary>A listing by name or known symbol: a <see cref="Listing"/>.</summary>
    public static (object Value, int Length)? Read(IReadOnlyList<Token> tokens, int at)
    {
        var dollar = tokens[at].Text == "$" && at + 1 < tokens.Count ? 1 : 0;
        if (Find(tokens[at + dollar].Text) is { } known)
        {
            return (known, 1 + dollar);
        }
        foreach (var (words, listing) in _names)
        {
            if (
                at + words.Length <= tokens.Count
                && words.Index().All(word => IsNamed(tokens[at + word.Index], word.Item))
            )
            {
                return (listing, words.Length);
            }
        }
        return null;
    }

    /// <summary>A symbol of nobody we know, in capitals: a <see cref="Listing"/>.</summary>
    public static (object Value, int Length)? ReadTicker(IReadOnlyList<Token> tokens, int at)
    {
        var dollar = tokens[at].Text == "$" && at + 1 < tokens.Count ? 1 : 0;
        var text = tokens[at + dollar].Text;
        return
            tokens[at + dollar].Kind is TokenKind.Word or TokenKind.Path
            && Ticker().IsMatch(text)
            && !_never.Contains(text)
            && Currencies.Read([tokens[at + dollar]], 0) is null
            ? (new Listing(text, "stock", text, text, null, null), 1 + dollar)
            : null;
    }

    private static Listing? Find(string symbol) => Array.Find(_all, listing => listing.Symbol == symbol);

    private static bool IsNamed(Token token, string word) =>
        token.Is(word) || (token.Text.Length > 3 && (token.Is(word + "'s") || token.Is(word + "s'")));

    [GeneratedRegex(@"^[A-Z]{2,5}(?:\.[A-Z]{1,2})?$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ticker();
}
