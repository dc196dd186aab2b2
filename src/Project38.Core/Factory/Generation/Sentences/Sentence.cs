namespace Project38.Core.Factory.Generation.Sentences;

/// <summary>A brief being read: whoever understands words takes them, and what is left nobody understood.</summary>
internal sealed class Sentence
{
    // No phrase of time is longer; it bounds the search from the end.
    private const int LongestPhrase = 16;
    private const int LongestRun = 40;

    private readonly List<Token> _rest;

    private Sentence(string text, Language language, List<Token> rest)
    {
        Text = text;
        Language = language;
        _rest = rest;
    }

    /// <summary>What the user wrote.</summary>
    public string Text { get; }

    /// <summary>The language to answer in.</summary>
    public Language Language { get; }

    /// <summary>The tokens that nobody took, in order.</summary>
    public IReadOnlyList<Token> Rest => _rest;

    public static Sentence Read(string text)
    {
        var tokens = Tokenizer.Read(text);
        var hebrew = tokens.Any(token => token.Kind == TokenKind.Word && Token.IsHebrew(token.Text[0]));
        return new Sentence(text, hebrew ? Language.Hebrew : Language.English, tokens);
    }

    /// <summary>The same sentence, read on by somebody else.</summary>
    public Sentence Copy() => new(Text, Language, [.. _rest]);

    /// <summary>Takes every place where a pattern matches, left to right, the longest at each place.</summary>
    public IReadOnlyList<(T Meaning, PatternMatch Match)> TakeAll<T>(IReadOnlyList<(Pattern Pattern, T Meaning)> table)
    {
        var taken = new List<(T, PatternMatch)>();
        for (var at = 0; at < _rest.Count; )
        {
            if (LongestAt(table, at) is { } found)
            {
                taken.Add(found);
                _rest.RemoveRange(at, found.Match.Length);
            }
            else
            {
                at++;
            }
        }
        return taken;
    }

    /// <summary>Takes the longest match at the very beginning; null when there is none.</summary>
    public (T Meaning, PatternMatch Match)? TakeFirst<T>(IReadOnlyList<(Pattern Pattern, T Meaning)> table)
    {
        var found = _rest.Count > 0 ? LongestAt(table, 0) : null;
        _rest.RemoveRange(0, found?.Match.Length ?? 0);
        return found;
    }

    /// <summary>Takes the longest match that reaches to the very end; null when there is none.</summary>
    public (T Meaning, PatternMatch Match)? TakeLast<T>(IReadOnlyList<(Pattern Pattern, T Meaning)> table)
    {
        for (var at = Math.Max(0, _rest.Count - LongestPhrase); at < _rest.Count; at++)
        {
            if (LongestAt(table, at) is { } found && at + found.Match.Length == _rest.Count)
            {
                _rest.RemoveRange(at, found.Match.Length);
                return found;
            }
        }
        return null;
    }

    /// <summary>Takes every place where one of the phrases stands; true when there was one.</summary>
    public bool TakeAny(params IReadOnlyList<Pattern> patterns) =>
        TakeAll([.. patterns.Select(pattern => (pattern, 0))]).Count > 0;

    /// <summary>Takes runs of neighbours that begin as asked, stay within a vocabulary, and hold what is needed.</summary>
    /// <remarks>For clauses whose words come in any order, such as a list of what a message is to contain.</remarks>
    public bool TakeRuns(Predicate<Token> begins, Predicate<Token> inside, Predicate<IReadOnlyList<Token>> holds)
    {
        var taken = false;
        for (var at = 0; at < _rest.Count; at++)
        {
            if (!begins(_rest[at]))
            {
                continue;
            }
            var end = at + 1;
            while (
                end < _rest.Count
                && end - at < LongestRun
                && _rest[end].Clause == _rest[at].Clause
                && inside(_rest[end])
            )
            {
                end++;
            }
            if (holds(_rest[at..end]))
            {
                _rest.RemoveRange(at, end - at);
                taken = true;
                at--;
            }
        }
        return taken;
    }

    /// <summary>Takes all tokens of a kind.</summary>
    public IReadOnlyList<Token> TakeKind(TokenKind kind)
    {
        var taken = _rest.Where(token => token.Kind == kind).ToArray();
        _rest.RemoveAll(token => token.Kind == kind);
        return taken;
    }

    /// <summary>Takes words that say nothing by themselves.</summary>
    public void TakeWords(Predicate<Token> saysNothing) => _rest.RemoveAll(saysNothing);

    /// <summary>Takes these tokens.</summary>
    public void TakeWords(IReadOnlyList<Token> tokens) => _rest.RemoveAll(tokens.Contains);

    /// <summary>Parts the sentence in two before a token: what stays here, and the rest of it.</summary>
    public Sentence SplitAt(int index)
    {
        var tail = new Sentence(Text, Language, _rest[index..]);
        _rest.RemoveRange(index, _rest.Count - index);
        return tail;
    }

    /// <summary>What a token range is in the user's own words.</summary>
    public string Quote(IReadOnlyList<Token> tokens) =>
        tokens.Count == 0 ? "" : Text[tokens[0].Start..tokens[^1].End].Trim();

    /// <summary>Whether only spaces stand between two tokens in the user's own words.</summary>
    public bool Touch(Token one, Token next) => Text.AsSpan(one.End, next.Start - one.End).Trim().IsEmpty;

    /// <summary>Takes so many tokens from a place.</summary>
    public void TakeRange(int at, int length) => _rest.RemoveRange(at, length);

    /// <summary>The longest match at a place, not taken; null when there is none.</summary>
    public (T Meaning, PatternMatch Match)? LongestAt<T>(IReadOnlyList<(Pattern Pattern, T Meaning)> table, int at)
    {
        (T, PatternMatch Match)? best = null;
        foreach (var (pattern, meaning) in table)
        {
            if (pattern.At(_rest, at) is { } match && match.Length > (best?.Match.Length ?? 0))
            {
                best = (meaning, match);
            }
        }
        return best;
    }
}
