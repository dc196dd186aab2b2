namespace Project38.Core.Factory.Generation.Sentences;

/// <summary>Sets of words, written as people write them: with a space between.</summary>
internal static class Words
{
    /// <summary>All words of all lines.</summary>
    public static HashSet<string> Of(params string[] lines) => [.. lines.SelectMany(line => line.Split(' '))];

    /// <summary>Neighbours as the user wrote them, with what stands between: ב-8 and 8, 12.</summary>
    public static string Quote(IEnumerable<Token> tokens) =>
        string.Concat(
            tokens.Select(
                (token, at) =>
                    at == 0 ? token.Text
                    : token.Dashed ? token.Gap + token.Text
                    : $"{token.Gap} {token.Text}"
            )
        );

    /// <summary>Whether a token is one of the words; a number or an address never is.</summary>
    public static bool Has(this HashSet<string> words, Token token) =>
        token.Kind is TokenKind.Word or TokenKind.Ordinal && token.IsAny(words);

    /// <summary>Whether a word has the Hebrew "when" in front: כשהוא, וכשהדף.</summary>
    public static bool IsHebrewWhen(Token token) =>
        token.Kind == TokenKind.Word && (token.Text is ['כ', 'ש', _, ..] or ['ו', 'כ', 'ש', _, ..]);

    /// <summary>Where the first of the words stands; -1: nowhere.</summary>
    public static int Find(this HashSet<string> words, IReadOnlyList<Token> tokens)
    {
        for (var at = 0; at < tokens.Count; at++)
        {
            if (words.Has(tokens[at]))
            {
                return at;
            }
        }
        return -1;
    }
}
