using System.Text.Json.Nodes;
using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Watching;

/// <summary>How to tell: once or each time, from the first run on or later, compared with what.</summary>
/// <remarks>
/// Much of what a careful sentence says is what a watching agent does anyway: a first look is silent, a failing
/// source tells nothing, a threshold is told once per crossing. Such words are understood, and change nothing.
/// </remarks>
internal sealed record Manners
{
    /// <summary>Tell one time in all.</summary>
    public bool OnceOnly { get; private init; }

    /// <summary>Tell again only after the value came back.</summary>
    public bool BackFirst { get; private init; }

    /// <summary>How far it must come back; null: over the threshold itself.</summary>
    public decimal? Again { get; private init; }

    /// <summary>What a text must have been in between; null: nothing is said of it.</summary>
    public string? AgainText { get; private init; }

    /// <summary>What a percentage is compared with: <c>alert</c>, <c>check</c>, <c>start</c>; null: unsaid.</summary>
    public string? Since { get; private init; }

    /// <summary>The first look tells nothing, whatever it sees.</summary>
    public bool QuietFirst { get; private init; }

    private const string Alert = "alert|alerts|notification|notifications|message|anything|something|word";
    private const string First = "first|initial|very? run|check|time|look|visit|reading|observation";
    private const string Subject =
        "it|they|the|this|that|its? price|value|rate|stock|share|quote|number|level|figure|coin|page|text|word|words|phrase?";

    private const string Back =
        Subject
        + " has|have|is|was|had? first? come|comes|came|been|be|gone|goes|went|fallen|falls|fell|dropped|drops|risen"
        + "|rises|rose|returned|returns|climbed|climbs|moved|got|gets|disappeared|appeared? back? again? down|up?"
        + " to|below|under|above|over|at? or? below|under|above|at? the|that|this? threshold|limit|level|normal|it|there?"
        + " <amount>? <quoted>? <currency>? or? less|lower|more|higher|below|above? in? between|meantime|first?";

    private static readonly (Pattern, int)[] _again =
    [
        (
            "and|but? then? only? do|tell|alert|notify|warn|message? so|me? once? and|then? again only? after|once|when|if|until "
                + Back,
            0
        ),
        ("and|but? do not tell|alert|notify|warn|message|repeat me|it|that? again? until|unless|before " + Back, 0),
        ("and|but? don't tell|alert|notify|warn|message|repeat me|it|that? again? until|unless|before " + Back, 0),
        ("tell|alert|notify|warn|message me? only|just? once until " + Back, 0),
        ("once per|for|each|every each|every|the? crossing|passing|rise|fall|change|event", 0),
        ("once each|every time it crosses", 0),
        (
            "and? do|don't not? repeat|tell|alert|notify me? it|that|again? while|until|as|so long? as? "
                + Subject
                + " stays|stay|remains|remain|is|has|have? still? come|gone? back? down|up? above|below|over|under|there|high|low|it|that? <amount>?",
            0
        ),
        (
            "ו? תודיע|הודע|תתריע|התרע|תגיד|אמור? לי? שוב רק אחרי|לאחר|כאשר|כש|אם ש? הוא|היא|המחיר|הערך|השער? כבר? ירד|ירדה|חזר"
                + "|חזרה|עלה|עלתה|היה|הייתה|יחזור|תחזור|יעלה|נעלם|הופיע? בחזרה|שוב? אל|ל? מתחת|מעל|אליו|אליה|לסף? ל? <amount>? <quoted>? <currency>? או? פחות|יותר|ומטה|ומעלה? בינתיים|קודם?",
            0
        ),
        ("פעם אחת לכל|בכל חצייה|חציה|מעבר|פעם", 0),
        (
            "ו? אל|בלי|לא תחזור|לחזור על? ההודעה|ההתראה? כל עוד|זמן ש? הוא|היא|המחיר|הערך|השער? נשאר|נשארת|עדיין? מעל|מתחת|שם? ל? <amount>?",
            0
        ),
    ];

    private static readonly Pattern[] _once =
    [
        "only|just|exactly once|one time?",
        "once only",
        "one time only",
        "a single time",
        "one single? time",
        "just the first time",
        "once and never|not again",
        "and? never again",
        "and? do|don't not? tell|notify|alert|bother|repeat me|it? again",
        "רק|בדיוק פעם אחת בלבד|ויחידה?",
        "פעם אחת בלבד|ויחידה?",
        "חד פעמי|פעמית",
    ];

    private static readonly (Pattern, string)[] _since =
    [
        (
            "above|below|over|since|from|compared? to|with? the? last|previous price|value|rate|one i|you was|were|have|had|last? been? told|alerted|notified? me? about|of?",
            "alert"
        ),
        (
            "since|from|against|compared|relative|versus|than to|with? the|its? price|value|rate|level? at the|its? start|beginning|outset",
            "start"
        ),
        (
            "since|from|against|compared|relative|versus|than to|with? the? price|value|rate|one|level at|of|in|from the|my|your? last|previous|latest alert|notification|message",
            "alert"
        ),
        (
            "since|from|against|compared|relative|versus to|with? the|my|your|its? last|previous|latest|prior|most? recent? alert|notification|message|one",
            "alert"
        ),
        ("since|from|than you|i? last? told|alerted|notified|messaged|was me|told|alerted?", "alert"),
        ("since the last time you told|alerted|notified|messaged me", "alert"),
        (
            "since|from|against|compared|relative|versus|than to|with? the|its|my? last|previous|prior check|run|reading|observation|look|visit|price|value|rate|time|quote",
            "check"
        ),
        (
            "or? since|from|against|compared|relative|versus|above|below|than to|with? the|its? first|initial|starting|original price|value|observation|reading|run|check|rate|quote|one you|it|that|i? first? saw|see|seen|read|recorded|observed?",
            "start"
        ),
        ("since the|its|your? creation|start|beginning|launch", "start"),
        ("since you|i|it? started|created|began|was? watching|running?", "start"),
        ("מאז|לעומת|ביחס|בהשוואה|מ|יחסית ל|מ? ההתראה|ההודעה|הפעם שהודעת|שהתרעת? האחרונה|הקודמת|לי?", "alert"),
        ("מאז|לעומת|ביחס|בהשוואה|מ|יחסית ל|מ? הבדיקה|הריצה|המחיר|הערך|השער|הפעם הקודמת|הקודם|האחרונה|האחרון", "check"),
        (
            "מאז|לעומת|ביחס|בהשוואה|מ|יחסית ל|מ? המחיר|הערך|השער|הבדיקה|הריצה|התצפית הראשון|הראשונה שראית|שנראה?",
            "start"
        ),
        ("מאז ההתחלה|היצירה|שהתחלת|שנוצר", "start"),
    ];

    // "…or since the first price if there was none": said behind "the last alert", it is the way it works.
    private static readonly Pattern[] _orFirst =
    [
        "before|until|till the? first|an|any? alert|then|one|that compare|compared|comparing|use|against? with|to|against? the? first|initial price|value|rate|one you? saw|seen|see|read?",
        "or|else|otherwise? if there has|have been no|none alert|alerts|notification|one yet|before|so? far?",
        "or|else|otherwise? if|when|while there was|were|is|has|have no|none|not|never been? alert|one|any? yet|so|before far?",
        "if|when|while there is|was|were no|none alert|one|message|notification? yet|before? the|use? first? price|value|one?",
        "או|ואם|אם|אחרת לא הייתה|היתה|היה התראה|כזו|כזאת? עדיין|עוד?",
    ];

    private static readonly Pattern[] _quietFirst =
    [
        $"on|in|at|during|for? the|its|your? {First} stay|keep|be|remain silent|quiet",
        $"on|in|at|during|for? the|its|your? {First} say|tell|report|send|notify me|us? nothing",
        $"on|in|at|during|for? the|its|your? {First} do|don't|never|no not? notify|tell|alert|message|say|send|warn me|us? any|an|a? {Alert}?",
        $"on|in|at|during|for? the|its|your? {First} just|only? remember|remembers|record|records|note|notes|store|stores|save|saves|learn|learns|keep|keeps the|it|that|what|its? page|price|value|state|rate|baseline|content|text|number|there? is|looks|says|like? and|but? say|tell|do|send|stay|stays|says|tells|sends|is? me? nothing|silent|quiet",
        $"on|in|at|during|for? the|its|your? {First} just|only remember|remembers|record|records|note|notes|store|stores|save|saves|learn|learns|sets|set the|it|that|what? page|price|value|state|rate|baseline|content|text|number|base?",
        $"the {First} is|stays|should|must|shall be|stay|remain? silent|quiet",
        $"stay|be|keep|remain silent|quiet on|in|at|during|for? the {First}",
        $"say|tell|send me? nothing on|in|at|during|for? the {First}",
        $"do|don't|never|no not? notify|tell|alert|message|say|send me? any|an|a? {Alert}? on|in|at|during|for the {First}",
        $"but|and? not on|in|at|during|for the {First}",
        "בריצה|בפעם|בבדיקה|בקריאה הראשונה אל|לא|בלי|אין תודיע|תגיד|תשלח|תתריע|להודיע|לשלוח|להתריע|תאמר לי? כלום|דבר|הודעה|שום?",
        "בריצה|בפעם|בבדיקה|בקריאה הראשונה רק|פשוט? תזכור|זכור|תשמור|שמור|לזכור|לשמור|תרשום|רשום את? המחיר|התוכן|הערך|המצב|הדף|השער? ו|אבל|בלי|ואל? להודיע|תודיע|תשלח|הודעה|תגיד|תתריע? כלום|דבר|הודעה?",
        "בריצה|בפעם|בבדיקה|בקריאה הראשונה שתוק|תשתוק|שקט|בשקט|תהיה|היה בשקט|שקט?",
        "הריצה|הבדיקה|הפעם הראשונה שקטה|בשקט|ללא|בלי הודעה|התראה?",
        "אל|לא|בלי תודיע|תגיד|תשלח|תתריע|להודיע|לשלוח|להתריע לי? כלום|דבר|הודעה|התראה? בריצה|בפעם|בבדיקה|בקריאה הראשונה",
    ];

    private static readonly Pattern _onceWhen = "once when|if|whenever|after";

    /// <summary>Takes all that is said of it.</summary>
    public static Manners Take(Sentence sentence)
    {
        var quiet = sentence.TakeAny(_quietFirst) | Clauses.TakeSilentStart(sentence);
        var again = sentence.TakeAll(_again);
        var since = sentence.TakeAll(_since).Select(found => found.Meaning).Distinct().ToArray();
        if (since is ["alert", "start"])
        {
            since = ["alert"];
            sentence.TakeAny(_orFirst);
        }
        else if (since is ["alert"])
        {
            sentence.TakeAny(_orFirst);
        }
        var once = sentence.TakeAny(_once);
        once |= sentence.TakeAny("פעם אחת");
        once |= TakeOnceBeforeWhen(sentence);
        FailingSource.Take(sentence);
        Clauses.TakeFaults(sentence);
        return new Manners
        {
            QuietFirst = quiet,
            BackFirst = again.Count > 0,
            Again = again.SelectMany(found => found.Match.All<Quantity>("amount")).FirstOrDefault()?.Value,
            AgainText = again.SelectMany(found => found.Match.All<Token>("quoted")).FirstOrDefault()?.Text,
            OnceOnly = once && again.Count == 0,
            Since = since.Length == 0 ? null : string.Join('+', since),
        };
    }

    /// <summary>Writes what differs from the default where the agents of these blueprints look for it.</summary>
    public void WriteTo(JsonObject config)
    {
        if (Since is not (null or "alert"))
        {
            config["since"] = Since;
        }
        if (
            Again is { } again
            && !config.Any(pair => pair.Key is "above" or "at_least" or "below" or "at_most" && Same(pair.Value, again))
        )
        {
            config["again"] = JsonNumber.Of(again);
        }
        if (OnceOnly)
        {
            config["only_once"] = true;
        }
        if (QuietFirst)
        {
            config["quiet_first"] = true;
        }
    }

    // "Tell me once when …": the "when" stays, for it opens what is watched.
    private static bool TakeOnceBeforeWhen(Sentence sentence)
    {
        for (var at = 0; at < sentence.Rest.Count; at++)
        {
            // Also at the end of its clause: "tell me once."
            var rest = sentence.Rest;
            var ends = at + 1 == rest.Count || rest[at + 1].Gap.Length > 0;
            if (_onceWhen.At(rest, at) is not null || (rest[at].Is("once") && ends))
            {
                sentence.TakeRange(at, 1);
                return true;
            }
        }
        return false;
    }

    private static bool Same(JsonNode? node, decimal value) =>
        node is JsonValue number && number.ToString() == JsonNumber.Of(value).ToString();
}
