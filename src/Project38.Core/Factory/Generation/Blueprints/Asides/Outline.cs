using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Asides;

/// <summary>Finds clauses whose words come in any order, by what may stand in them and what they must say.</summary>
/// <remarks>
/// A clause lies within one sentence of the brief and ends where the sentence does, at a comma, or before a word that
/// opens something else. All words of it are taken, so each word that may stand in one must change nothing about what
/// the clause says. Names of addresses and files stay for whoever reads those.
/// </remarks>
internal static class Outline
{
    private const int Longest = 30;

    private static readonly HashSet<string> _opens = Words.Of(
        "and but then or if when whenever while so until after once without",
        "או אם כש כאשר אבל עד רק בלי אחרי"
    );

    // No clause ends with one of them: it belongs to what comes next.
    private static readonly HashSet<string> _hangs = Words.Of(
        "and or but also then the a an of to when if whenever as with that because while או אבל גם וגם כש אם את של עם"
    );

    /// <summary>Takes all such clauses.</summary>
    /// <param name="sentence">What is left.</param>
    /// <param name="inside">Which words may stand in one.</param>
    /// <param name="holds">What the longest stretch must hold for a closer look.</param>
    /// <param name="read">What a clause says; null: it is none.</param>
    /// <param name="anywhere">Whether one may end before any word.</param>
    public static IReadOnlyList<T> Take<T>(
        Sentence sentence,
        Predicate<Token> inside,
        Predicate<IReadOnlyList<Token>> holds,
        Func<IReadOnlyList<Token>, T?> read,
        bool anywhere = false
    )
        where T : class
    {
        var found = new List<T>();
        for (var at = 0; at < sentence.Rest.Count; )
        {
            var most = Stretch(sentence.Rest, at, inside);
            if (
                most == 0
                || !holds([.. sentence.Rest.Skip(at).Take(most)])
                || First(sentence, at, most, read, anywhere) is not var (one, length)
            )
            {
                at++;
                continue;
            }
            found.Add(one);
            sentence.TakeWords([.. sentence.Rest.Skip(at).Take(length).Where(token => !IsNamed(token))]);
        }
        return found;
    }

    /// <summary>Whether a token names what somebody else reads.</summary>
    public static bool IsNamed(Token token) =>
        token.Kind is TokenKind.Url or TokenKind.File or TokenKind.Folder or TokenKind.Repository;

    private static int Stretch(IReadOnlyList<Token> rest, int at, Predicate<Token> inside)
    {
        var end = at;
        while (end < rest.Count && end - at < Longest && rest[end].Clause == rest[at].Clause && inside(rest[end]))
        {
            end++;
        }
        return end - at;
    }

    // The longest clause that begins here and says it.
    private static (T One, int Length)? First<T>(
        Sentence sentence,
        int at,
        int most,
        Func<IReadOnlyList<Token>, T?> read,
        bool anywhere
    )
        where T : class
    {
        for (var length = most; length > 0; length--)
        {
            if (
                !IsNamed(sentence.Rest[at])
                && !_hangs.Has(sentence.Rest[at + length - 1])
                && (anywhere || Ends(sentence.Rest, at + length))
                && read([.. sentence.Rest.Skip(at).Take(length)]) is { } one
            )
            {
                return (one, length);
            }
        }
        return null;
    }

    private static bool Ends(IReadOnlyList<Token> rest, int end) =>
        end == rest.Count
        || rest[end].Clause != rest[end - 1].Clause
        || rest[end].Gap is not ("" or "-")
        || _opens.Has(rest[end])
        || (rest[end].Text is ['ו', _, ..] && Token.IsHebrew(rest[end].Text[1]));
}
