using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Watching;

/// <summary>"with the old and the new price in the message": what a message of these blueprints says anyway.</summary>
internal static class MessageContents
{
    private static readonly HashSet<string> _begins =
    [
        "include",
        "includes",
        "including",
        "mention",
        "mentioning",
        "say",
        "saying",
        "state",
        "stating",
        "show",
        "showing",
        "write",
        "give",
        "giving",
        "with",
        "message",
        "alert",
        "notification",
        "contain",
        "containing",
        "quote",
        "quoting",
        "name",
        "naming",
        "put",
        "ציין",
        "תציין",
        "כולל",
        "תכלול",
        "כלול",
        "עם",
        "הצג",
        "תציג",
        "כתוב",
        "תכתוב",
        "רשום",
        "הודעה",
        "התראה",
        "תאמר",
        "אמור",
        "תגיד",
        "תוסיף",
        "הוסף",
    ];

    private static readonly HashSet<string> _inside =
    [
        .. _begins,
        "the",
        "a",
        "its",
        "it",
        "current",
        "new",
        "latest",
        "last",
        "old",
        "previous",
        "actual",
        "both",
        "and",
        "in",
        "must",
        "should",
        "has",
        "have",
        "to",
        "also",
        "by",
        "how",
        "much",
        "which",
        "what",
        "of",
        "is",
        "was",
        "were",
        "are",
        "then",
        "now",
        "from",
        "before",
        "after",
        "please",
        "את",
        "חדש",
        "ישן",
        "נוכחי",
        "קודם",
        "אחרון",
        "ו",
        "גם",
        "של",
        "לפני",
        "אחרי",
        "כמה",
        "צריכה",
        "חייבת",
        "צריך",
        "ב",
        "ה",
        "תכלול",
        "חדשה",
        "קודמת",
        "נוכחית",
    ];

    /// <summary>Takes such clauses, as far as the blueprint's message says what they ask for.</summary>
    /// <param name="sentence">What is left of the sentence.</param>
    /// <param name="said">The nouns that the message holds.</param>
    public static void Take(Sentence sentence, IReadOnlySet<string> said) =>
        sentence.TakeRuns(
            token => Any(_begins, token),
            token => Any(_inside, token) || Any(said, token),
            clause => clause.Skip(1).Any(token => Any(said, token))
        );

    private static bool Any(IReadOnlySet<string> words, Token token) =>
        token.Kind == TokenKind.Word && token.IsAny(words);
}
