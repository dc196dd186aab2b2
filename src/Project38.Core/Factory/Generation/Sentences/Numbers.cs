using System.Globalization;

namespace Project38.Core.Factory.Generation.Sentences;

/// <summary>A number of a brief.</summary>
/// <param name="Value">What it is worth; 5 for 5 %.</param>
/// <param name="Percent">Whether it is a share.</param>
internal sealed record Quantity(decimal Value, bool Percent);

/// <summary>Numbers in digits and in words.</summary>
internal static class Numbers
{
    private static readonly string[][] _words =
    [
        ["zero"],
        ["one", "a", "an", "אחת", "אחד"],
        ["two", "שתי", "שני", "שתיים"],
        ["three", "שלוש", "שלושה"],
        ["four", "ארבע", "ארבעה"],
        ["five", "חמש", "חמישה"],
        ["six", "שש", "שישה"],
        ["seven", "שבע", "שבעה"],
        ["eight", "שמונה"],
        ["nine", "תשע", "תשעה"],
        ["ten", "עשר", "עשרה"],
        ["eleven"],
        ["twelve"],
    ];

    private static readonly Dictionary<string, int> _tens = new()
    {
        ["fifteen"] = 15,
        ["twenty"] = 20,
        ["thirty"] = 30,
        ["עשרים"] = 20,
        ["שלושים"] = 30,
    };

    private static readonly Dictionary<string, decimal> _scales = new()
    {
        ["hundred"] = 100,
        ["thousand"] = 1000,
        ["million"] = 1_000_000,
        ["אלף"] = 1000,
        ["אלפים"] = 1000,
        ["מיליון"] = 1_000_000,
    };

    private static readonly string[] _ordinals =
    [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
    ];

    /// <summary>1000, 1,000, $1k, 5 %, two thousand: a <see cref="Quantity"/>.</summary>
    public static (object Value, int Length)? Read(IReadOnlyList<Token> tokens, int at)
    {
        var length = 1;
        decimal value;
        var percent = false;
        if (tokens[at].Kind == TokenKind.Number)
        {
            (value, percent) = Digits(tokens[at].Text);
        }
        else if (InWords(tokens[at]) is { } word)
        {
            value = word;
        }
        else if (_scales.TryGetValue(tokens[at].Text, out var bare) && tokens[at].Text.StartsWith('א'))
        {
            return (new Quantity(bare, Percent: false), 1); // "אלף" alone is a thousand
        }
        else
        {
            return null;
        }

        if (
            !percent
            && value < 10_000
            && at + 1 < tokens.Count
            && _scales.TryGetValue(tokens[at + 1].Text.ToLowerInvariant(), out var scale)
        )
        {
            value *= scale;
            length = 2;
        }
        else if (tokens[at].Is("a") || tokens[at].Is("an"))
        {
            return null; // an article, and no number, unless "a thousand"
        }
        if (at + length < tokens.Count && IsPercent(tokens[at + length]))
        {
            percent = true;
            length++;
        }
        return (new Quantity(value, percent), length);
    }

    /// <summary>A whole number from 0 to 100,000, as in "every 5 minutes": an <see cref="int"/>.</summary>
    public static (object Value, int Length)? ReadCount(IReadOnlyList<Token> tokens, int at) =>
        Read(tokens, at) is (Quantity { Percent: false, Value: >= 0 and <= 100_000 } number, var length)
        && number.Value == decimal.Truncate(number.Value)
            ? ((int)number.Value, length)
            : null;

    /// <summary>1st, first: an <see cref="int"/>.</summary>
    public static (object Value, int Length)? ReadOrdinal(IReadOnlyList<Token> tokens, int at)
    {
        var token = tokens[at];
        if (token.Kind == TokenKind.Ordinal)
        {
            return (int.Parse(token.Text.AsSpan(0, token.Text.Length - 2), CultureInfo.InvariantCulture), 1);
        }
        var index = Array.FindIndex(_ordinals, token.Is);
        return index < 0 ? null : (index + 1, 1);
    }

    /// <summary>A number as a person writes it: no exponent, no trailing zeros.</summary>
    public static string Show(decimal value) => value.ToString("#,0.######", CultureInfo.InvariantCulture);

    private static bool IsPercent(Token token) =>
        token.Text is "%" || token.Is("percent") || token.Is("pct") || token.Is("אחוז") || token.Is("אחוזים");

    private static int? InWords(Token token)
    {
        if (token.Kind != TokenKind.Word)
        {
            return null;
        }
        var index = Array.FindIndex(_words, words => Array.IndexOf(words, token.Text.ToLowerInvariant()) >= 0);
        if (index >= 0)
        {
            return index;
        }
        return _tens.TryGetValue(token.Text.ToLowerInvariant(), out var tens) ? tens : null;
    }

    private static (decimal Value, bool Percent) Digits(string text)
    {
        var thousands = text.Contains('k', StringComparison.OrdinalIgnoreCase);
        var digits = text.Trim('$', '€', '£', '₪', '%', 'k', 'K').Replace("$", "").Replace("€", "").Replace("£", "");
        digits = digits.Replace("₪", "").Replace("k", "").Replace("K", "");
        var value = decimal.Parse(digits, NumberStyles.Number, CultureInfo.InvariantCulture);
        return (thousands ? value * 1000 : value, text.Contains('%'));
    }
}
