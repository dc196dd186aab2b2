using System.Text.RegularExpressions;
using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Watching;

/// <summary>A currency of the list.</summary>
/// <param name="Code">ISO 4217.</param>
/// <param name="English">As in “the dollar”.</param>
/// <param name="Hebrew">As in “הדולר”, without the article.</param>
/// <param name="Sign">Such as $; null: none that is read.</param>
/// <param name="Names">What people call it, in lower case.</param>
internal sealed record Currency(string Code, string English, string Hebrew, string? Sign, string[] Names);

/// <summary>Currencies by name, in the languages we read, and by ISO code in capitals.</summary>
internal static partial class Currencies
{
    private static readonly Currency[] _all = BlueprintFiles.Data<Currency[]>("currency-rate/currencies.json");

    private static readonly (string[] Words, string Code)[] _names =
    [
        .. _all.SelectMany(currency => currency.Names.Select(name => (name.Split(' '), currency.Code)))
            .OrderByDescending(name => name.Item1.Length),
    ];

    /// <summary>The ISO code of the currency named at a place: a <see cref="string"/>.</summary>
    public static (object Value, int Length)? Read(IReadOnlyList<Token> tokens, int at)
    {
        if (tokens[at].Kind is not (TokenKind.Word or TokenKind.Symbol))
        {
            return null;
        }
        // In capitals alone: "try" and "all" are words.
        if (Array.Exists(_all, currency => currency.Code == tokens[at].Text))
        {
            return (tokens[at].Text, 1);
        }
        foreach (var (words, code) in _names)
        {
            if (
                at + words.Length <= tokens.Count
                && words.Index().All(word => IsNamed(tokens[at + word.Index], word.Item))
            )
            {
                return (code, words.Length);
            }
        }
        return null;
    }

    // "the dollar's rate" is the dollar.
    private static bool IsNamed(Token token, string word) => token.Is(word) || token.Is(word + "'s");

    /// <summary>The currency whose sign stands at a number; null: none.</summary>
    public static string? OfSign(string number) =>
        Array
            .Find(_all, currency => currency.Sign is { } sign && number.Contains(sign, StringComparison.Ordinal))
            ?.Code;

    /// <summary>Two currencies in one word, such as USD/ILS or USDILS; null: it is none.</summary>
    public static (string Base, string Quote)? Pair(Token token) =>
        token.Kind == TokenKind.Word
        && PairName().Match(token.Text) is { Success: true } match
        && Array.Exists(_all, currency => currency.Code == match.Groups["base"].Value)
        && Array.Exists(_all, currency => currency.Code == match.Groups["quote"].Value)
            ? (match.Groups["base"].Value, match.Groups["quote"].Value)
            : null;

    /// <summary>How to say it.</summary>
    public static string Show(string code, Language language) =>
        Array.Find(_all, currency => currency.Code == code) is { } currency
            ? language.Say(currency.English, currency.Hebrew)
            : code;

    [GeneratedRegex(
        "^(?<base>[A-Z]{3})/?(?<quote>[A-Z]{3})$",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex PairName();
}
