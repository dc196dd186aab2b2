using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>What people add to a wish, whatever it is about: that it is told once, and what the message must hold.</summary>
/// <remarks>Each is taken only where the blueprint does just that; what it does not do stays, and is refused.</remarks>
internal static class Clauses
{
    private static readonly (Pattern, int)[] _once =
    [
        ("only|just|exactly once", 0),
        ("once only", 0),
        ("once and? only? once", 0),
        ("only|just one|a time|message|notification|alert|single?", 0),
        ("a single time|message|notification|alert", 0),
        ("but|and? do? not|don't repeat it|yourself|that?", 0),
        ("but|and? not again", 0),
        ("but|and? do? not|don't tell|notify|alert|remind|message me? again|twice", 0),
        ("without repeating it|yourself?", 0),
        ("רק? פעם אחת בלבד?", 0),
        ("הודעה אחת בלבד?", 0),
        ("אל|לא תחזור|לחזור על? זה|עצמך?", 0),
        ("ואל|אל|ולא|לא תודיע|להודיע לי? שוב|פעמיים", 0),
    ];

    private static readonly (Pattern, int)[] _contents =
    [
        (
            "the|each|every|your? message|notification|alert|notice|body|text should|must|has|needs to? contain|include|name|say|mention|show|give|state|list|have",
            0
        ),
        (
            "the|each|every|your? message|notification|alert contains|includes|names|says|mentions|shows|gives|states|lists|has",
            0
        ),
        ("in the|each|every|your message|notification|alert, include|say|name|mention|give|put|write|show|list", 0),
        ("that|which contains|includes|says|names|shows|mentions|states|gives|lists|has|with", 0),
        (
            "and|with? include|say|mention|state|name|give|show|quote|list|write|including|saying|naming|mentioning|quoting|giving|showing",
            0
        ),
        ("and? tell me|us", 0),
        ("with", 0),
        ("together|along with", 0),
        ("ההודעה|הודעה|התראה צריכה|חייבת|תכיל|תכלול|כוללת|מכילה|תציין|תאמר לכלול|להכיל|לציין|לומר?", 0),
        ("כתוב|תכתוב|תציין|ציין|תכלול|כלול|תוסיף|הוסף|כולל|ותציין|ותכלול|וכתוב|ותכתוב|עם|צרף|תצרף בהודעה?", 0),
    ];

    private static readonly Pattern[] _holding =
    [
        "the|its|their|and|both|a|an|of|in|it|that|as|well|each|every|one|for|with|so|far|how|what|which|is|was|are|message|notification|alert|text|to|me",
        "את|של|שלו|שלה|שלהם|ואת|וגם|כל|מה|איזה|כמה|הוא|היא",
    ];

    /// <summary>"Only once": takes it, and says whether it stood there.</summary>
    public static bool TakeOnce(Sentence sentence) => sentence.TakeAll(_once).Count > 0;

    /// <summary>"The message must contain the total": takes it as far as it names what the messages hold.</summary>
    /// <param name="sentence">What is left.</param>
    /// <param name="held">What the messages of this blueprint hold, as phrases.</param>
    /// <returns>What the messages are to hold, word by word.</returns>
    public static IReadOnlyList<Token> TakeContents(Sentence sentence, params Pattern[] held)
    {
        var asked = new List<Token>();
        (Pattern, bool)[] items = [.. held.Select(item => (item, true)), .. _holding.Select(word => (word, false))];
        for (var at = 0; at < sentence.Rest.Count; at++)
        {
            if (sentence.LongestAt(_contents, at) is not { } begins)
            {
                continue;
            }
            var length = begins.Match.Length;
            var named = new List<Token>();
            while (at + length < sentence.Rest.Count && sentence.LongestAt(items, at + length) is { } item)
            {
                length += item.Match.Length;
                named.AddRange(item.Meaning ? item.Match.Tokens : []);
            }
            if (named.Count > 0)
            {
                asked.AddRange(named);
                sentence.TakeRange(at, length);
                at--;
            }
        }
        return asked;
    }
}
