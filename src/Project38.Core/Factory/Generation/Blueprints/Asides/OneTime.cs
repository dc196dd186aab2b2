using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Asides;

/// <summary>"One message is enough", "only tell me once": one time in all.</summary>
internal static class OneTime
{
    private static readonly Pattern[] _phrases =
    [
        "only|just|exactly once|one time?",
        "once only",
        "only|just? one|a single? time only?",
        "a? single time|message|notification|alert only|suffices?",
        "once is|will enough|sufficient|do",
        "one|a|1 single? message|notification|alert|time is|will enough|sufficient|do",
        "one|1 message|notification|alert only|suffices",
        "only|just one|1 single? message|notification|alert",
        "tell|notify|alert|warn|message me|us only|just|exactly|one once|time only?",
        "only|just tell|notify|alert|warn|message me|us once",
        "only|just tell|notify|alert|warn|message me|us one|a|exactly single? time",
        "just the first time",
        "once and? never|not again",
        "and? never again",
        "and? do|don't not? tell|notify|alert|bother|repeat me|it? again",
        "רק|בדיוק הודעה|התראה|פעם אחת בלבד|ויחידה|מספיקה?",
        "הודעה|התראה|פעם אחת בלבד|ויחידה|מספיקה|ודי",
        "רק? תגיד|תודיע|תתריע|הודע|התרע לי|אותי? רק? פעם אחת בלבד?",
        "חד פעמי|פעמית",
    ];

    /// <summary>Takes such words, and says whether there were any.</summary>
    public static bool Take(Sentence sentence) => sentence.TakeAny(_phrases) | TakeBare(sentence);

    private static readonly Pattern _onceWhen = "once when|if|whenever|after";

    // "Tell me once when …": the "when" stays, for it opens what is watched. Also at the end of a clause: "tell me once."
    private static bool TakeBare(Sentence sentence)
    {
        for (var at = 0; at < sentence.Rest.Count; at++)
        {
            var rest = sentence.Rest;
            var ends = at + 1 == rest.Count || rest[at + 1].Gap.Length > 0 || rest[at + 1].Clause != rest[at].Clause;
            if (_onceWhen.At(rest, at) is not null || (rest[at].Is("once") && ends))
            {
                sentence.TakeRange(at, 1);
                return true;
            }
        }
        return false;
    }
}
