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
        "via",
        "through",
        "using",
        "whether",
        "there",
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
        "מ",
        "דרך",
        "לפי",
        "האם",
        "שם",
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
        "i'd|we'd like an? agent|program that|to|which",
        "i|we want|need an? agent|program that|to|which",
        "after that|this",
        "afterwards|thereafter",
        "from then|now on",
        "in any case",
        "אחרי זה|כן|מכן",
        "אחר כך",
        "לאחר מכן",
        "הסתכל על|ב?",
        "an? agent that|to|which",
        "keep an eye on",
        "keep checking|watching|monitoring|following|polling|reading",
        "אפשר|תוכל|תוכלי|האם בבקשה?",
        "אני|אנחנו צריך|צריכה|צריכים|מבקש|מבקשת",
        "hi|hello|hey",
        "צור|תיצור|בנה|תבנה|כתוב לי? סוכן ש?",
        "אני רוצה סוכן? ש?",
        "סוכן שעוקב|שבודק אחרי?",
    ];

    // Ways to say that the user is to be told.
    private static readonly Pattern[] _telling =
    [
        "keep|keeps me|us up to date on|about|with|of?",
        "keep|keeps me|us posted|informed|updated on|about|with|of?",
        "tell|notify|alert|inform|warn me|us only|just? about|of",
        "send|sends|sending|give|gives|write|writes me|us one|a|an|the|this|these|those|it|them? single|short? alert|alerts|notification|notifications|message|messages|notice|note",
        "send|sends|report|reports|show me|us it|them|those|these",
        "send|sends|report|reports it|them|those|these to me|us",
        "should|is|are|must|to to? be sent|reported|told to me|us",
        "i|we want|need|would|wish|like to? get|receive|have|see? a|an? message|notification|alert",
        "i|we want|need|would|wish|like to hear|be aware",
        "message|messages|messaging me|us with?",
        "warn|warns me|us",
        "ping me|us",
        "שלח|תעביר|העבר|תן|תביא לי|אליי|אלי אותו|אותה|אותם|אותן? את? ה? הודעה|התראה|עדכון|תזכורת? אחת?",
        "אותו|אותה|אותם|אותן? שלח לי|אליי|אלי? אותו|אותה|אותם|אותן?",
        "הזהר|דווח|עדכן|ציין|הראה|אמור אותי|לי? אותו|אותה|אותם|אותן?",
        "ושולח|ששולח|שולח לי הודעה|התראה?",
        "אני רוצה|צריך|צריכה הודעה|התראה|לראות|לשמוע",
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

    /// <summary>Takes all ways to say "tell me" and to ask for an agent.</summary>
    public static void TakeTelling(Sentence sentence)
    {
        // Together, so that "I want to know" is not read as "I want".
        sentence.TakeAny([.. _telling, .. _asking]);
    }

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
