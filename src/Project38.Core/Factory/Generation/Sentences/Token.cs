namespace Project38.Core.Factory.Generation.Sentences;

internal enum TokenKind
{
    /// <summary>A word of letters.</summary>
    Word,

    /// <summary>1000, 1,000, $1,000.50, 1k, 5%.</summary>
    Number,

    /// <summary>20:30, 8pm, 8:30 pm without the space.</summary>
    Clock,

    /// <summary>1st, 2nd, 23rd.</summary>
    Ordinal,

    /// <summary>2026-12-24.</summary>
    Date,

    /// <summary>https://example.com/health, or the bare domain.</summary>
    Url,

    /// <summary>A name or path with an extension we know.</summary>
    File,

    /// <summary>A folder or a pattern of names: /data/inbox, reports/, *.pdf.</summary>
    Folder,

    /// <summary>owner/name with a digit, a dash or a dot in the name; one of letters alone is a word.</summary>
    Repository,

    /// <summary>Names with dots between, such as <c>rates.ILS</c>.</summary>
    Path,

    /// <summary>Something in quotes, without them.</summary>
    Quoted,

    /// <summary>Everything else that is not plain punctuation: nothing accounts for it.</summary>
    Symbol,
}

/// <summary>One word, number or name of a brief.</summary>
/// <param name="Kind">What it looks like.</param>
/// <param name="Text">As the user wrote it, without quotes.</param>
/// <param name="Start">Where it begins in the sentence, quotes included.</param>
/// <param name="End">Where it ends, quotes included.</param>
/// <param name="Gap">What stands between it and the token before, without spaces: a dash in <c>Mon-Fri</c>.</param>
internal sealed record Token(TokenKind Kind, string Text, int Start, int End, string Gap)
{
    /// <summary>Whether only a dash stands between it and the token before.</summary>
    public bool Dashed => Gap is "-" or "–" or "—";

    /// <summary>Which sentence of the brief it stands in: full stops, semicolons, question marks and lines part them.</summary>
    public int Clause { get; init; }

    private readonly string[] _forms = FormsOf(Kind, Text);

    /// <summary>Whether this is the given word, in lower case; in Hebrew also behind a one-letter prefix.</summary>
    public bool Is(string word) => Array.IndexOf(_forms, word) >= 0;

    /// <summary>Whether this is one of the words, as <see cref="Is"/> reads them.</summary>
    public bool IsAny(IReadOnlySet<string> words) => Array.Exists(_forms, words.Contains);

    // Hebrew writes "and", "the", "that", "when", "to", "in" and "from" as letters in front of the word. What is
    // left must have three letters, so that a short word (such as "not") is never taken for the tail of another.
    private static string[] FormsOf(TokenKind kind, string text)
    {
        var word = text.ToLowerInvariant().Replace('’', '\'');
        if (kind == TokenKind.Word && word is "as soon as" or "the moment" or "in case")
        {
            return [word, "when"];
        }
        if (kind == TokenKind.Word && word is "it's" or "that's" or "there's" or "what's")
        {
            return [word, "is"];
        }
        if (kind != TokenKind.Word || !IsHebrew(word[0]))
        {
            return [word];
        }

        var forms = new List<string> { word };
        foreach (
            var prefix in (string[])
                ["ו", "ה", "ש", "ל", "ב", "מ", "כש", "וש", "וה", "שה", "כשה", "ול", "וב", "וכש", "ומ", "מה", "לה"]
        )
        {
            if (word.Length >= prefix.Length + 3 && word.StartsWith(prefix, StringComparison.Ordinal))
            {
                forms.Add(word[prefix.Length..]);
            }
        }
        return [.. forms.Concat(forms.SelectMany(HebrewVerbs.FormsOf)).Distinct()];
    }

    /// <summary>Whether a character is a Hebrew letter.</summary>
    public static bool IsHebrew(char character) => character is >= 'א' and <= 'ת';
}
