using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>Words that change nothing about what is asked. A negation or a condition is never one of them.</summary>
internal static class Fillers
{
    private static readonly HashSet<string> _words =
    [
        "a",
        "an",
        "the",
        "my",
        "our",
        "me",
        "and",
        "then",
        "please",
        "of",
        "in",
        "from",
        "for",
        "to",
        "on",
        "that",
        "it",
        "its",
        "this",
        "את",
        "של",
        "שלי",
        "לי",
        "אותי",
        "ו",
        "אז",
        "בבקשה",
        "ב",
        "ה",
        "ל",
        "ש",
    ];

    // Words that turn a sentence around, narrow it or join another wish to it: never a name, never nothing.
    private static readonly HashSet<string> _turning =
    [
        "not",
        "no",
        "never",
        "none",
        "nothing",
        "neither",
        "nor",
        "without",
        "except",
        "unless",
        "but",
        "only",
        "also",
        "or",
        "and",
        "than",
        "too",
        "until",
        "while",
        "instead",
        "rather",
        "don't",
        "doesn't",
        "isn't",
        "won't",
        "can't",
        "didn't",
        "when",
        "whenever",
        "if",
        "once",
        "every",
        "each",
        "any",
        "all",
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "more",
        "less",
        "most",
        "least",
        "before",
        "after",
        "rows",
        "lines",
        "records",
        "which",
        "who",
        "what",
        "with",
        "by",
        "at",
        "as",
        "be",
        "other",
        "another",
        "tell",
        "notify",
        "alert",
        "send",
        "restart",
        "buy",
        "sell",
        "delete",
        "email",
        "לא",
        "אל",
        "בלי",
        "ללא",
        "חוץ",
        "מלבד",
        "אלא",
        "רק",
        "גם",
        "או",
        "אבל",
        "אין",
        "כאשר",
        "אם",
        "כש",
        "כל",
        "יותר",
        "פחות",
        "לפני",
        "אחרי",
        "עד",
        "אף",
        "שורות",
        "הוא",
        "היא",
        "עם",
        "תודיע",
        "שלח",
        "תשלח",
    ];

    // Ways to ask for an agent at all.
    private static readonly Pattern[] _asking =
    [
        "could|can|would|will you",
        "i want|need a|an? agent that|to|which?",
        "i want|need you? to?",
        "i would|'d like you? to?",
        "i'd like you? to?",
        "create|make|build|write me? a|an? agent that|to|which?",
        "an agent that|to|which",
        "hi|hello|hey",
        "צור|תיצור|בנה|תבנה|כתוב לי? סוכן ש?",
        "אני רוצה סוכן? ש?",
        "סוכן שעוקב|שבודק אחרי?",
    ];

    // Ways to say that the user is to be told.
    private static readonly Pattern[] _telling =
    [
        "tell|tells|notify|notifies|alert|alerts|warn|warns|message|messages|inform|informs me",
        "let me know",
        "send me a|an? alert|notification|message",
        "give me a|an? alert|notification|message|notice",
        "i want|need|would|wish like? to be told|notified|alerted|warned|informed",
        "i want|need|would like? to know",
        "i'd like to know",
        "i'd like to be told|notified|alerted|informed",
        "send me word",
        "ping|pings me",
        "drop me a line|note|message",
        "report|reports to? me",
        "להודיע|שיודיע|שתודיע|יודיע|תודיעי|דווח|תדווח|לדווח|ולדווח|ולהודיע|שמודיע|ומודיע|מודיע|ומתריע|שמתריע|להתריע|התריע|ידע|יידע לי|אותי?",
        "אני רוצה|צריך|צריכה לדעת|לקבל הודעה|התראה?",
        "תודיע|הודע|תגיד|תתריע|התרע|תעדכן|עדכן לי|אותי?",
        "ותודיע|ותגיד|ותתריע|ותעדכן|והודע|והתרע לי|אותי?",
        "שלח|תשלח|ושלח|ותשלח|לשלוח|שלחי|תשלחי לי? הודעה|התראה|עדכון",
        "מתריע|מודיע|מעדכן|יתריע|יודיע|יעדכן|להתריע|להודיע לי|אותי?",
    ];

    /// <summary>Takes all ways to say "tell me"; true when there was one.</summary>
    public static bool TakeTelling(Sentence sentence) => sentence.TakeAny(_telling);

    /// <summary>Takes politeness and the words that only hold a sentence together.</summary>
    public static void Take(Sentence sentence)
    {
        sentence.TakeAny(_asking);
        sentence.TakeWords(IsFiller);
    }

    /// <summary>Whether a word only holds a sentence together.</summary>
    public static bool IsFiller(Token token) =>
        token.Kind == TokenKind.Word && _words.Contains(token.Text.ToLowerInvariant().Replace('’', '\''));

    /// <summary>Whether a word turns a sentence around, narrows it or joins another wish to it.</summary>
    public static bool TurnsAround(Token token) =>
        token.Kind == TokenKind.Word && _turning.Contains(token.Text.ToLowerInvariant().Replace('’', '\''));

    /// <summary>What is left, as the user wrote it: neighbours in one piece.</summary>
    public static IReadOnlyList<string> Leftovers(Sentence sentence)
    {
        var pieces = new List<string>();
        var from = 0;
        var rest = sentence.Rest;
        for (var at = 1; at <= rest.Count; at++)
        {
            // Neighbours in the user's sentence, with nothing but a space or a dash between.
            if (at < rest.Count && sentence.Text[rest[at - 1].End..rest[at].Start].Trim() is "" or "-")
            {
                continue;
            }
            pieces.Add(sentence.Text[rest[from].Start..rest[at - 1].End]);
            from = at;
        }
        return pieces;
    }
}
