using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>What people add to a wish, whatever it is about: once, a silent first run, a source that fails.</summary>
/// <remarks>Each is taken only where the blueprint does just that; what it does not do stays, and is refused.</remarks>
internal static class Clauses
{
    private const string Source =
        " the? file|page|feed|site|website|server|source|log|folder|directory|table|address|url|link|repository|repo|data|it";
    private const string Faulty =
        "missing|broken|invalid|unreadable|unreachable|unavailable|malformed|gone|down|empty|absent";

    private const string Present =
        " the|what|whatever|everything|all|which|those? existing|old|current|present|earlier|previous|is|was|are|were|that? already? "
        + "there|present|known|ones|items|entries|files|lines|links|posts|releases|state|finds|sees?";
    private const string Nothing =
        " and|but? say|says|tell|tells|send|sends|report|reports|stay|stays|be|is? me? nothing|silent|quiet?";

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

    private static readonly (Pattern, int)[] _again =
    [
        .. Again("goes|comes|gets|falls|drops|rises|climbs|returns|moves|is|was|recovers"),
        .. Again("has|had|have gone|come|got|gotten|fallen|dropped|risen|climbed|returned|moved|been|recovered"),
        (
            "ושוב|ואז|שוב שוב? רק? אחרי|כש|לאחר|אם ש? הוא|היא? חזר|חוזר|ירד|יורד|עלה|עולה|תרד|תעלה|יחזור|תחזור מ|מתחת|מעל|אל|ל? <number>? בינתיים|שוב?",
            0
        ),
    ];

    private static readonly (Pattern, int)[] _silentStart =
    [
        (
            "do? not|don't tell|notify|alert|report|send me? about|of? the|those? entries|items|files|lines|posts|articles|releases|links|ones? "
                + "that|which? are|were|is|was|have|had been? already there|present|known|existing|seen",
            0
        ),
        .. Starts("say|tell|send|report|notify|alert me? nothing"),
        .. Starts("be|is|stay|stays|remain|remains|keep|keeps silent|quiet"),
        .. Starts(
            "only|just remember|remembers|record|records|note|notes|learn|learns|store|stores|save|saves"
                + Present
                + Nothing
        ),
        .. Starts("do? not|don't|should|must not? say|tell|send|report|notify|alert me? anything|about?" + Present),
        (
            "stay|be|keep|say|tell|send me? silent|quiet|nothing on|in|during|at|for the first|initial run|time|check|look",
            0
        ),
        (
            "do? not|don't tell|notify|alert|report|send|say me? anything|about?"
                + Present
                + " on|in|during|at|for the first|initial run|time|check|look",
            0
        ),
        (
            "do? not|don't tell|notify|alert|report me? about|of? the|those|what? existing|old|present|earlier|previous|already|is|are|were|was"
                + " already? there|present|ones|items|entries|files|lines|links|posts|releases|known?",
            0
        ),
        (
            "ignore the|those|what? existing|old|present|already|is|are ones|items|entries|files|lines|posts|releases|there? already?",
            0
        ),
        (
            "בריצה|בפעם|בבדיקה הראשונה רק? תזכור|זכור|תרשום|לזכור|תלמד|שומר|תשמור|זוכר|זוכרת את? מה|המצב? שיש|שכבר|שקיים|הקיים? שם|קיים|כבר?",
            0
        ),
        ("בריצה|בפעם|בבדיקה הראשונה אל|לא תודיע|תגיד|תשלח|להודיע|לשלוח|מודיע לי? כלום|דבר|הודעה?", 0),
        ("בריצה|בפעם|בבדיקה הראשונה תשתוק|תהיה|הישאר|תישאר|בשקט|שקט|שקטה בשקט|שקט?", 0),
        ("אל|ואל|לא|ולא|בלי תודיע|להודיע|תשלח|לשלוח לי? על? מה? שכבר|קיים|הקיים|הקיימים|כלום|דבר|הודעה", 0),
    ];

    private static readonly (Pattern, int)[] _faults =
    [
        .. Faults("the? run|agent|it? should|must|has|shall|needs? to? fail|fails"),
        .. Faults("fail the? run"),
        .. Faults("let the run fail"),
        .. Faults("report|raise|give|treat it|this|that? as? a|an? error"),
        .. Faults("that|it|this is an error"),
        .. Faults("the run is a|an? error|failure|failed"),
        .. Faults("do? not|don't tell|notify|alert|send|message|guess|say|make me? anything|nothing|up?"),
        .. Faults("say|tell|send me? nothing"),
        .. Faults("it? should? not tell|notify|alert|send|say me? anything|nothing"),
        .. Faults("stay|be silent|quiet"),
        .. HebrewFaults("הריצה|הסוכן צריכה|צריך|חייבת? להיכשל|נכשלת|תיכשל|נכשל|ייכשל"),
        .. HebrewFaults("זו|זה|זאת שגיאה|תקלה"),
        .. HebrewFaults("אל|לא תודיע|להודיע|תשלח|תנחש לי? כלום|דבר|הודעה?"),
        .. HebrewFaults("להיכשל|תיכשל"),
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

    /// <summary>"… and again only after it has fallen below 900": takes it; the numbers it names, in order.</summary>
    public static IReadOnlyList<Quantity> TakeAgain(Sentence sentence) =>
        [.. sentence.TakeAll(_again).SelectMany(found => found.Match.All<Quantity>("number"))];

    /// <summary>"The first run stays silent": takes it, and says whether it stood there.</summary>
    public static bool TakeSilentStart(Sentence sentence) => sentence.TakeAll(_silentStart).Count > 0;

    /// <summary>"If the file is missing, fail the run": takes it.</summary>
    public static void TakeFaults(Sentence sentence) => sentence.TakeAll(_faults);

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

    private static (Pattern, int)[] Again(string verbs) =>
        [.. AgainAt(verbs, "<number>"), .. AgainAt(verbs, "limit|threshold|normal|that|it|there?")];

    private static (Pattern, int)[] AgainAt(string verbs, string place) =>
        [
            (
                $"and|but|then? tell|tells|notify|alert|do|say|me|it|so? me|so|it? again|anew only? once|after|when|if|until|unless the|it? total|sum|average|mean|minimum|maximum|value|number|count|price|rate|figure|lowest|highest|it? {verbs} "
                    + "back|again? down|up|to|in? to|under|below|above|over|at|or|between? the? "
                    + place
                    + " or? less|more|below|above|lower|higher? in? between|since|meanwhile|then|again?",
                0
            ),
        ];

    private static (Pattern, int)[] Starts(string says) =>
        [
            (
                $"on|in|during|at|for? the|its|your first|initial run|time|check|look|start|one should|must|will|may|can|it|is? {says}",
                0
            ),
            ($"the|its|your? first|initial run|time|check|look should|must|will|may|can|is? {says}", 0),
        ];

    private static (Pattern, int)[] Faults(string then) =>
        [
            ($"if|when|whenever{Source} is|are|gets {Faulty} or? {Faulty}? {then}", 0),
            ($"if|when{Source} is|are {Faulty} or cannot|can't be read|opened|loaded|fetched|reached|parsed {then}", 0),
            (
                $"if|when{Source} is not|no there|found|available|readable|valid|a|rss|xml|feed|table|longer feed|there? {then}",
                0
            ),
            ($"if|when{Source} does not|doesn't exist|answer|respond|load|parse|open {then}", 0),
            ($"if|when{Source} cannot|can't be read|opened|loaded|fetched|reached|parsed|found {then}", 0),
            ($"if|when{Source} answers|responds with a|an? error {then}", 0),
            ($"a|an? {Faulty}{Source.Replace(" the?", "")} {then}", 0),
        ];

    private static (Pattern, int)[] HebrewFaults(string then) =>
        [
            (
                $"אם|כאשר|כש הקובץ|הדף|הפיד|העדכון|האתר|השרת|המקור|היומן|הלוג|התיקייה|הטבלה|המאגר|העמוד לא|אינו|אינה|חסר|חסרה|שבור|שבורה|ריק|לא תקין|קיים|קיימת|נמצא|נמצאת|עונה|זמין|זמינה|נגיש|ניתן? לקריאה? {then}",
                0
            ),
        ];
}
