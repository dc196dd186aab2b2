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

    // Ways to ask for an agent at all.
    private static readonly Pattern[] _asking =
    [
        "could|can|would|will you",
        "i want|need you? to?",
        "i would|'d like you? to?",
        "i'd like you? to?",
        "create|make|build|write me? an? agent that|to|which?",
        "an agent that|to|which",
        "hi|hello|hey",
        "צור|תיצור|בנה|תבנה|כתוב לי? סוכן ש?",
        "אני רוצה סוכן? ש?",
        "סוכן שעוקב אחרי?",
    ];

    // Ways to say that the user is to be told.
    private static readonly Pattern[] _telling =
    [
        "tell|tells|notify|notifies|alert|alerts|warn|warns|message|messages|inform|informs me",
        "let me know",
        "send me an? alert|notification|message",
        "give me an? alert|notification|message",
        "תודיע|הודע|תגיד|תתריע|התרע|תעדכן|עדכן לי|אותי?",
        "ותודיע|ותגיד|ותתריע|ותעדכן|והודע|והתרע לי|אותי?",
        "שלח|תשלח|ושלח|ותשלח לי? הודעה|התראה",
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
