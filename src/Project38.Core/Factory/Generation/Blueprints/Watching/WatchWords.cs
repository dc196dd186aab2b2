using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation.Blueprints.Watching;

/// <summary>Words of watching a value, which say nothing more once the value and the threshold are known.</summary>
internal static class WatchWords
{
    private static readonly Pattern[] _watching =
    [
        "keep an eye on",
        "keep track of",
        "compare|compares|comparing it|its|the? with|to?",
        "השווה ל?",
        "קח|תיקח",
        "watch|watches|watching|track|tracks|tracking|follow|follows|following|monitor|monitors|monitoring over?",
        "check|checks|checking|observe|observes|look|looks|looking at|on|up|whether|if?",
        "get|gets|read|reads|fetch|fetches|ask|asks|query|queries|request|requests|poll|polls|take|use|using",
        "when|whenever|if|once",
        "as soon as",
        "when|if|whenever it|that|this does|happens|occurs",
        "after that|this",
        "afterwards|thereafter",
        "from then|now on",
        "since then",
        "לאחר מכן",
        "אחר כך",
        "checked|polled|looked|checking",
        "every|each time",
        "עוקב|עקוב|תעקוב|לעקוב|יעקוב|בודק|בדוק|תבדוק|לבדוק|מנטר|נטר|תנטר|קרא|תקרא|קורא|צפה|תצפה אחרי|על|ב|את?",
        "כש|כאשר|אם|ברגע|במידה ש|ו?",
        "בכל|כל פעם ש?",
    ];

    /// <summary>What every message about a value holds.</summary>
    public static Pattern[] Held { get; } =
    [
        "old|new|previous|current|latest|last and? old|new|previous|current|latest? price|prices|value|values|rate|rates|number|quote?",
        "price|value|rate|number|quote",
        "percentage|percent|change|difference",
        "מחיר|ערך|שער חדש|נוכחי|ישן|קודם?",
        "אחוז|שינוי ה? שינוי?",
    ];

    // What an address gives, once there is one.
    private static readonly HashSet<string> _source =
    [
        "served",
        "published",
        "publishes",
        "looks",
        "following",
        "נראה",
        "כך",
        "בכתובת",
        "שבכתובת",
        "address",
        "come",
        "url",
        "api",
        "endpoint",
        "source",
        "page",
        "site",
        "server",
        "service",
        "link",
        "json",
        "data",
        "answer",
        "response",
        "body",
        "object",
        "returns",
        "return",
        "gives",
        "give",
        "answers",
        "serves",
        "responds",
        "provides",
        "contains",
        "holds",
        "has",
        "with",
        "which",
        "where",
        "at",
        "comes",
        "found",
        "there",
        "under",
        "by",
        "via",
        "available",
        "as",
        "like",
        "is",
        "are",
        "current",
        "latest",
        "live",
        "value",
        "number",
        "returned",
        "כתובת",
        "קישור",
        "מקור",
        "שרת",
        "נתונים",
        "תשובה",
        "מחזיר",
        "מחזירה",
        "נותן",
        "נותנת",
        "שם",
        "עם",
        "נמצא",
        "נמצאת",
        "הוא",
        "היא",
        "לפי",
        "מתוך",
        "אשר",
        "ערך",
        "נוכחי",
        "יש",
        "שמחזיר",
        "שמחזירה",
        "שנותן",
        "שנותנת",
    ];

    private static readonly HashSet<string> _either = ["or", "either", "או"];

    private static readonly HashSet<string> _its = ["it's", "they're", "that's", "שלו", "שלה", "שלהם"];

    /// <summary>Takes them.</summary>
    /// <param name="sentence">What is left of the sentence.</param>
    /// <param name="hasAddress">Whether words about what an address gives mean something.</param>
    /// <param name="several">Whether there is more than one of something, with "or" between.</param>
    public static void Take(Sentence sentence, bool hasAddress, bool several)
    {
        sentence.TakeAny(_watching);
        sentence.TakeWords(token =>
            token.Kind == TokenKind.Word
            && (token.IsAny(_its) || (hasAddress && token.IsAny(_source)) || (several && token.IsAny(_either)))
        );
    }

    /// <summary>What a schedule may not be for an agent that looks again and again.</summary>
    public static IEnumerable<string> TimeProblems(TimeReading time, Language language)
    {
        if (time.When is { Once: true })
        {
            yield return language.Say(
                "That time comes only once. Say how often to look, for example “every 5 minutes”.",
                "הזמן הזה בא רק פעם אחת. יש לומר באיזו תדירות לבדוק, למשל “כל 5 דקות”."
            );
        }
    }

    /// <summary>How often it tells, for the person who reads what was understood.</summary>
    public static string HowOften(IReadOnlyList<Condition> conditions, Manners manners, Language language)
    {
        if (manners.OnceOnly)
        {
            return language.Say("one time in all", "פעם אחת בסך הכול");
        }
        var parts = new List<string>();
        if (conditions.Any(c => c.IsPercent))
        {
            parts.Add(
                manners.Since switch
                {
                    "check" => language.Say("compared with the check before", "לעומת הבדיקה הקודמת"),
                    "start" => language.Say(
                        "compared with what was seen first, once, and again only after it came back in between",
                        "לעומת הערך הראשון שנראה, פעם אחת, ושוב רק אחרי שחזר בינתיים"
                    ),
                    _ => language.Say(
                        "compared with the last alert, or with what was seen first while there was none",
                        "לעומת ההתראה האחרונה, וכל עוד לא הייתה כזו לעומת הערך הראשון שנראה"
                    ),
                }
            );
        }
        if (conditions.Any(c => !c.IsPercent))
        {
            var back = manners.Again is { } again && conditions.All(c => c.Value != again) ? Numbers.Show(again) : null;
            parts.Add(
                back is null
                    ? language.Say(
                        "once, and again only after it came back in between",
                        "פעם אחת, ושוב רק אחרי שחזר בינתיים"
                    )
                    : language.Say(
                        $"once, and again only after it was past {back} in between",
                        $"פעם אחת, ושוב רק אחרי שעבר בינתיים את {back}"
                    )
            );
        }
        if (manners.QuietFirst)
        {
            parts.Add(language.Say("never on the first look", "לא בבדיקה הראשונה"));
        }
        return string.Join("; ", parts);
    }
}
