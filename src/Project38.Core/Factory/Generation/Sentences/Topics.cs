using Project38.Core.Factory.Generation.Blueprints;

namespace Project38.Core.Factory.Generation.Sentences;

/// <summary>Words that texts are searched for.</summary>
/// <param name="Words">Each a word or a phrase, as the user wrote it.</param>
/// <param name="Both">Joined by "and", so that it is open whether all are meant or any.</param>
internal sealed record TopicList(IReadOnlyList<string> Words, bool Both);

/// <summary>Lists of words to look for: rust; "machine learning" or rust; a, b or c.</summary>
internal static class Topics
{
    private const int MostWords = 20;
    private const int LongestPhrase = 4;

    // They begin the next clause, and are never what somebody looks for unless in quotes.
    private static readonly HashSet<string> _ends =
    [
        "ignore",
        "ignoring",
        "skip",
        "skipping",
        "exclude",
        "excluding",
        "omit",
        "leave",
        "drop",
        "include",
        "including",
        "delete",
        "remove",
        "post",
        "publish",
        "translate",
        "summarize",
        "summarise",
        "forward",
        "save",
        "write",
        "open",
        "download",
        "upload",
        "call",
        "run",
        "execute",
        "pay",
        "order",
        "reply",
        "answer",
        "create",
        "make",
        "give",
        "show",
        "say",
        "list",
        "check",
        "look",
        "watch",
        "read",
        "message",
        "title",
        "titles",
        "first",
        "must",
        "should",
        "mention",
        "mentions",
        "contain",
        "contains",
        "appear",
        "appears",
        "in",
        "daily",
        "now",
        "today",
        "do",
        "does",
        "new",
        "newest",
        "latest",
        "entries",
        "entry",
        "items",
        "item",
        "posts",
        "articles",
        "article",
        "stories",
        "news",
        "files",
        "lines",
        "feed",
        "what",
        "what's",
        "everything",
        "anything",
        "something",
        "version",
        "versions",
        "link",
        "links",
        "url",
        "כותרת",
        "כותרות",
        "קישור",
        "וקישור",
        "והקישור",
        "קישורים",
        "והקישורים",
        "הכותרת",
        "הכותרות",
        "הקישור",
        "הקישורים",
        "פרק",
        "פרקים",
        "שיש",
        "מאלה",
        "אלה",
        "יש",
        "בו",
        "בה",
        "בהם",
        "בהן",
        "שורה",
        "שורות",
        "חדש",
        "חדשה",
        "חדשים",
        "חדשות",
        "פריטים",
        "פריט",
        "כתבות",
        "כתבה",
        "פוסטים",
        "פוסט",
        "ידיעות",
        "רשומות",
        "מאמרים",
        "עדכונים",
        "stop",
        "start",
        "remember",
        "report",
        "let",
        "please",
        "us",
        "keep",
        "their",
        "them",
        "those",
        "there",
        "will",
        "זכור",
        "תזכור",
        "התעלם",
        "תתעלם",
        "דלג",
        "תדלג",
        "מחק",
        "תמחק",
        "תרגם",
        "סכם",
        "תסכם",
        "שמור",
        "תשמור",
        "בכותרת",
        "בכותרות",
        "בריצה",
        "קנה",
        "תקנה",
        "הפעל",
        "תפעיל",
        "כתוב",
        "תכתוב",
        "לפחות",
    ];

    // Behind a word they say where it is looked for ("ERROR בקובץ app.log"); alone they may be the word itself.
    private static readonly HashSet<string> _places = Words.Of("בקובץ בקבצי בלוג ביומן מהקובץ מהלוג מהיומן בתוך מתוך");

    /// <summary>A list of words: a <see cref="TopicList"/>.</summary>
    public static (object Value, int Length)? Read(IReadOnlyList<Token> tokens, int at)
    {
        var words = new List<string>();
        var both = false;
        var next = at;
        while (next < tokens.Count && words.Count < MostWords && ReadOne(tokens, next, words.Count > 0) is { } one)
        {
            both |= one.Joined;
            words.Add(one.Word);
            next = one.End;
        }
        return words.Count == 0 ? null : (new TopicList(words, both), next - at);
    }

    private static (string Word, int End, bool Joined)? ReadOne(IReadOnlyList<Token> tokens, int at, bool further)
    {
        var joined = false;
        if (further)
        {
            var joins = tokens[at].Is("or") || tokens[at].Is("and") || tokens[at].Is("או") || tokens[at].Text == "ו";
            joined = tokens[at].Is("and") || tokens[at].Text == "ו";
            if (!joins && tokens[at].Gap != ",")
            {
                return null;
            }
            at += joins ? 1 : 0;
        }
        if (at >= tokens.Count || !IsTopic(tokens[at]))
        {
            return null;
        }
        if (tokens[at].Kind == TokenKind.Quoted)
        {
            return (tokens[at].Text, at + 1, joined);
        }
        var end = at + 1;
        while (
            end < tokens.Count
            && end - at < LongestPhrase
            && tokens[end].Gap is "" or "-"
            && tokens[end].Kind == TokenKind.Word
            && IsTopic(tokens[end])
            && !_places.Contains(tokens[end].Text)
        )
        {
            end++;
        }
        return (string.Join(' ', tokens.Skip(at).Take(end - at).Select(token => token.Text)), end, joined);
    }

    private static bool IsTopic(Token token) =>
        token.Kind == TokenKind.Quoted
        || (
            token.Kind == TokenKind.Word
            && !Fillers.IsFiller(token)
            && !Fillers.TurnsAround(token)
            && !_ends.Contains(token.Text.ToLowerInvariant())
        );
}
