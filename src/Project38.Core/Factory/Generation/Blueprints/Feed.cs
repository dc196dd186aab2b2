using System.Text.Json.Nodes;
using Project38.Core.Factory.Generation.Blueprints.Asides;
using Project38.Core.Factory.Generation.Blueprints.Watching;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>Tells what is new in an RSS or Atom feed.</summary>
internal sealed class Feed : Blueprint
{
    private const string Entries =
        "deals|offers|jobs|announcements|advisories|bulletins|videos|papers|events|questions|incidents|alerts|something|entries|entry|items|item|posts|post|articles|article|stories|story|episodes|episode|headlines|headline|news|updates|releases|release|ones|those|things|anything|any|all";
    private const string Says =
        "mention|mentions|mentioning|contain|contains|containing|include|includes|have|has|having|with|about|name|names|talk|talks|say|says";
    private const string Word = "word|words|phrase|phrases|term|terms|text|keyword|keywords|topic|topics";
    private const string HebrewEntries =
        "פרק|מבצעים|מבצע|פריטים|פריט|כתבות|כתבה|פוסטים|פוסט|ידיעות|ידיעה|רשומות|רשומה|מאמרים|מאמר|חדשות|עדכונים|פרקים|כותרות|אלה|אלו|כאלה|מה";
    private const string HebrewSays =
        "מזכיר|מזכירים|מזכירות|מזכירה|מכיל|מכילים|מכילות|מכילה|כולל|כוללים|כוללות|כוללת|עם|על|מופיע|מופיעה|מופיעות|מופיעים|מדבר|מדברים|עוסקים|עוסקות|יש";

    // Where it looks: true in the title alone.
    private static readonly (Pattern, bool)[] _includes =
    [
        ($"only? the|those? {Entries}? that|which {Says} about|of|on? the? {Word}? <topics>", false),
        (
            $"only? the|those? {Entries} mentioning|containing|about|regarding|concerning|with the? {Word}? <topics>",
            false
        ),
        ($"only? mentioning|containing|about|regarding|concerning the? {Word}? <topics>", false),
        ($"only? if|when it|they {Says} the? {Word}? <topics>", false),
        ($"only? if|when? the|its|whose|their title|titles|headline|headlines {Says} the? {Word}? <topics>", true),
        (
            $"only? the|those? {Entries}? that|which? {Says} the? {Word}? <topics> in the|their|its? title|titles|headline|headlines",
            true
        ),
        (
            $"only? the|those? {Entries}? that|which? {Says} the? {Word}? <topics> in the|their|its? title|titles|headline or description|descriptions|summary|text|body",
            false
        ),
        ($"רק? {HebrewEntries}? ש? {HebrewSays} את? {HebrewWord}? <topics> בכותרת או בתיאור|תיאור|בתוכן|תוכן", false),
        ($"רק? {HebrewEntries}? ש? {HebrewSays} את? {HebrewWord}? <topics> בכותרת|בכותרות", true),
        ($"רק? {HebrewEntries}? ש? {HebrewSays} בהם|בהן|בו? את? {HebrewWord}? <topics>", false),
        (
            $"רק? {HebrewEntries}? ש? הכותרת|כותרת|הכותרות|שבכותרת|בכותרת שלהם|שלהן|שלו|שלה? {HebrewSays}? את? {HebrewWord}? <topics>",
            true
        ),
    ];

    private static readonly string[] _marks = ["rss", "atom", "feed"];

    private const string HebrewWord = "המילה|המילים|הביטוי|מילה|הנושא|המונח";

    private static readonly (Pattern, bool)[] _excludes =
    [
        (
            $"{HebrewWithout} מ|על? כל? {HebrewEntries}? ש? יש|שיש|שמופיע|מופיע|מופיעה|מופיעות? הכותרת|בכותרת|שבכותרת שלהם|שלהן|שלו|שלה? {HebrewSays}? את? {HebrewWord}? <topics>",
            true
        ),
        (
            $"but|and? {Not} the|those|any? {Entries}? that|which|if|when? it|they? {Says} of? the? {Word}? <topics>",
            false
        ),
        (
            $"but|and? {Not} the|those|any? {Entries}? whose|if|when|with? the|its|their? title|titles|headline|headlines {Says} the? {Word}? <topics>",
            true
        ),
        ($"אבל|אך|ו? לא|ולא על? {HebrewEntries}? ש? {HebrewSays} את? {HebrewWord}? <topics>", false),
        (
            $"but|and? {Without} out|for? all|any|every|everything|the|those? {Entries}? that|which|if|when? it|they? {Says}? of|about? the? {Word}? <topics>",
            false
        ),
        (
            $"but|and? {Without} out|for? all|any|every|everything|the|those? {Entries}? whose|if|when|with? the|its|their? title|titles|headline|headlines {Says} the? {Word}? <topics>",
            true
        ),
        ($"but|and? leave out all|any|every|the|those? {Entries}? that|which? {Says}? the? {Word}? <topics>", false),
        (
            $"but|and? {Without} out|for? all|any|every|everything|the|those? {Entries}? {Says} the? {Word}? <topics> in the|its|their? title|titles|headline|headlines",
            true
        ),
        ($"{HebrewWithout} מ|על? כל? {HebrewEntries}? ש? {HebrewSays}? את? {HebrewWord}? <topics>", false),
        (
            $"{HebrewWithout} מ|על? כל? {HebrewEntries}? ש? הכותרת|בכותרת|שבכותרת שלהם|שלהן|שלו? {HebrewSays}? את? {HebrewWord}? <topics>",
            true
        ),
    ];

    // "Not" alone may turn around anything; with what it says of entries it leaves them out.
    private const string Not = "not|never|no|nothing";
    private const string Without =
        "skip|skipping|ignore|ignoring|exclude|excluding|except|without|omit|omitting|drop|minus";
    private const string HebrewWithout = "בלי|ללא|חוץ|מלבד|למעט|התעלם|תתעלם|דלג|תדלג|ותתעלם|ודלג|ותדלג";

    private static readonly (Pattern, int)[] _newest =
    [
        (
            "the first|initial run|time should|must|shall|may|will? tell|tells|send|sends|give|show|report|reports|include me? the? <count> newest|latest|last entries|items|posts|articles?",
            0
        ),
        (
            "the first|initial run|time should|must|shall|may|will? tell|tells|send|sends|give|show|report|reports|include me? the? newest|latest|last <count> entries|items|posts|articles?",
            0
        ),
        (
            "on|at|in the first|initial run|time tell|send|give|show|report|include me? the? newest|latest|last <count> entries|items|posts|articles?",
            0
        ),
        (
            "on|at|in the first|initial run|time tell|send|give|show|report|include me? the? <count> newest|latest|last entries|items|posts|articles?",
            0
        ),
        (
            "on|at|in the first|initial run|time tell|send|give|show|report|include me? the? newest|latest one|entry|item|post|article?",
            0
        ),
        (
            "tell|send|give|show me? the? newest|latest|last <count> entries|items|posts|articles on|at|in the first|initial run|time",
            0
        ),
        ("בריצה|בפעם הראשונה תשלח|שלח|תגיד|תודיע|הודע לי? על? את? <count> הפריטים? האחרונים|החדשים|האחרונות|החדשות", 0),
    ];

    private static readonly (Pattern, int)[] _most =
    [
        ("at most|up to|no more than <count> in|per a|each|one|every? message|notification|run|digest", 0),
        ("לכל היותר|עד <count> בהודעה|בכל|לכל הודעה|ריצה?", 0),
        (
            "at most|up to|no more than <count> entries|items|posts|articles|headlines at? a|each|every|per? once|time|day|message|digest?",
            0
        ),
        ("לכל היותר|עד <count> פריטים|כתבות|ידיעות|פוסטים", 0),
    ];

    // "tell me about new posts" looks for no word.
    private static readonly Pattern[] _tellingAbout =
    [
        "tell|notify|alert|inform|update|message|remind me about|of|on",
        "let me know about|of",
        "send me an|a? notification|message|alert|update|digest|summary about|of|on",
        "תודיע|הודע|תעדכן|עדכן|תספר|תתריע|להודיע|שיודיע לי|אותי על",
    ];

    private static readonly Pattern[] _vocabulary =
    [
        "rss|atom|feed|feeds|blog|news|podcast|newsletter|site|website|page|xml",
        Entries,
        "new|newly|latest|newest|recent|fresh|unseen|unread|added|since last|previous|the? time|run|check?",
        "project|projects|company|organization|team",
        "כתובת|בכתובת|פודקאסט|הפודקאסט|פרויקט|בלוג|דף",
        "אחת|אחד כל?",
        "כל|בכל פעם ש?",
        "digest|summary|list|overview|roundup|links|link|titles|title|headlines",
        "when|whenever|if|there is|are|has|have|something|anything? been?",
        "appears|appear|arrives|arrive|comes|come|published|publishes|posted|posts|out|up|is|are|was|were|has|been|be|there",
        "check|read|follow|watch|monitor|fetch|look|subscribe|track|see|scan|get at|through?",
        "tell|send|give|email|mail? me|us",
        "what|what's|whatever|everything|every|each|one|at",
        "with their|its links|link|titles|title and|with? their|its? links|link|titles|title?",
        "in one|a|single? message|notification",
        "פיד|הפיד|בפיד|rss|הבלוג|בבלוג|בלוג|אתר|האתר|העדכונים|החדשות",
        HebrewEntries,
        "חדש|חדשה|חדשים|חדשות|החדשים|החדשות|אחרונים|האחרונים|שהתפרסמו|שהתפרסם|שפורסמו|שפורסם|מתפרסם|מתפרסמת|מופיע|מופיעה|מופיעים|מתווסף|עולה|יוצא|נוסף",
        "תקציר|סיכום|רשימה|רשימת|קישורים|הקישורים|כותרות|הכותרות",
        "כש|כאשר|אם|יש|שיש|כשיש|אם|משהו|כל|על|מה|עם",
        "קרא|תקרא|עקוב|תעקוב|בדוק|תבדוק|אחרי|תביא|הבא|שלח|תשלח",
    ];

    private static readonly HashSet<string> _said = Words.Of(
        "title titles link links url urls address addresses headline headlines name names",
        "כותרת כותרות קישור קישורים כתובת שם שמות"
    );

    public override string Name => "feed";

    public override string Does(Language language) =>
        language.Say(
            "tells you what is new in an RSS or Atom feed, with words to look for or to leave out",
            "מודיע מה חדש בפיד RSS או Atom, עם מילים לחפש או להשמיט"
        );

    public override string Example(Language language) =>
        language.Say(
            "Every morning tell me the new entries of https://example.com/feed.xml that mention rust",
            "כל בוקר תודיע לי על פריטים חדשים בפיד https://example.com/feed.xml שמזכירים את המילה ראסט"
        );

    public override BlueprintReading? Read(Sentence sentence, TimeReader times)
    {
        if (!SpeaksOfFeeds(sentence))
        {
            return null;
        }
        var silent = NewsOnly.Take(sentence);
        var time = times.Take(sentence, clockAlone: false);
        var newest = sentence.TakeAll(_newest);
        Clauses.TakeOnce(sentence);
        var most = sentence.TakeAll(_most).SelectMany(found => found.Match.All<int>("count")).ToArray();
        sentence.TakeAny(_tellingAbout);
        MessageContents.Take(sentence, _said);
        var excludes = sentence.TakeAll(_excludes);
        var includes = sentence.TakeAll(_includes);
        Clauses.TakeContents(
            sentence,
            "title|titles|link|links|headline|headlines|url|address|name|count|number|entries|items|entry|item|הכותרת|כותרת|הקישור|קישור|כותרות|קישורים"
        );
        Fillers.TakeTelling(sentence);
        var urls = sentence.TakeKind(TokenKind.Url).Select(Uptime.Address).Distinct().ToArray();
        sentence.TakeAny(_vocabulary);

        var draft = new Draft(this, sentence, time);
        Uptime.AddressProblems(urls, draft);
        var first = newest.SelectMany(found => found.Match.All<int>("count")).Append(1).First();
        if (
            newest.Count > 1
            || (newest.Count == 1 && silent)
            || first is < 1 or > 50
            || most.Any(count => count is < 1 or > 100)
        )
        {
            draft.Problem(
                "Say one thing about the first run: that it stays silent, or how many of the newest it tells (1 to 50).",
                "יש לומר דבר אחד על הריצה הראשונה: שתשתוק, או כמה מהאחרונים תאמר (1 עד 50)."
            );
        }
        var wanted = includes.Select(found => found.Match.Get<TopicList>("topics")!).ToArray();
        if (wanted.Length > 1 || wanted.Any(list => list.Both))
        {
            draft.Problem(
                "Several words are joined by “and”: say “or” where any of them is enough, or put a phrase in quotes.",
                "כמה מילים מחוברות ב“ו”: יש לומר “או” אם די באחת מהן, או לשים ביטוי במירכאות."
            );
        }
        return draft.End(
            Draft.Hourly,
            () =>
                Plan(
                    urls[0],
                    [.. wanted.SelectMany(list => list.Words)],
                    [.. excludes.SelectMany(found => found.Match.Get<TopicList>("topics")!.Words)],
                    includes.Any(found => found.Meaning),
                    excludes.Any(found => found.Meaning),
                    newest.Count == 0 ? 0 : first,
                    most.FirstOrDefault(20),
                    draft.Language
                )
        );
    }

    private static Plan Plan(
        string url,
        string[] include,
        string[] exclude,
        bool inTitle,
        bool notInTitle,
        int newest,
        int most,
        Language language
    )
    {
        var config = new JsonObject { ["url"] = url };
        if (include.Length > 0)
        {
            config["include"] = new JsonArray([.. include.Select(word => JsonValue.Create(word))]);
        }
        if (exclude.Length > 0)
        {
            config["exclude"] = new JsonArray([.. exclude.Select(word => JsonValue.Create(word))]);
        }
        if (inTitle)
        {
            config["include_in"] = "title";
        }
        if (notInTitle)
        {
            config["exclude_in"] = "title";
        }
        config["newest"] = newest;
        config["most"] = most;
        var host = new Uri(url).Host;
        var with = string.Join(", ", include.Select(word => $"“{word}”"));
        var without = string.Join(", ", exclude.Select(word => $"“{word}”"));
        var title = language.Say(" in their title", " בכותרת");
        return new Plan(
            config,
            language.Say($"News of {host}", $"חדש ב-{host}"),
            language.Say(
                $"reads the feed {url}, and tells you the new entries"
                    + (include.Length > 0 ? $" that have any of {with}{(inTitle ? title : "")}" : "")
                    + (exclude.Length > 0 ? $", not those with {without}{(notInTitle ? title : "")}" : "")
                    + $", each once, at most {most} in a message. "
                    + (
                        newest > 0
                            ? $"The first run tells the newest {newest}"
                            : "The first run only remembers what is there"
                    ),
                $"קורא את הפיד {url}, ומודיע על הפריטים החדשים"
                    + (include.Length > 0 ? $" שיש בהם אחד מאלה: {with}{(inTitle ? title : "")}" : "")
                    + (exclude.Length > 0 ? $", חוץ מאלה שיש בהם {without}{(notInTitle ? title : "")}" : "")
                    + $", כל אחד פעם אחת, לכל היותר {most} בהודעה. "
                    + (newest > 0 ? $"הריצה הראשונה אומרת את {newest} האחרונים" : "הריצה הראשונה רק זוכרת מה כבר יש")
            )
        );
    }

    // A page may have news too; only a feed is served here.
    private static bool SpeaksOfFeeds(Sentence sentence) =>
        sentence.Rest.Any(token =>
            token.Is("rss")
            || token.Is("atom")
            || token.Is("feed")
            || token.Is("feeds")
            || token.Is("פיד")
            || token.Is("podcast")
            || (
                token.Kind == TokenKind.Url
                && (
                    !token.Text.Contains("releases", StringComparison.OrdinalIgnoreCase)
                    || token.Text.EndsWith(".atom", StringComparison.OrdinalIgnoreCase)
                )
                && _marks.Any(word => token.Text.Contains(word, StringComparison.OrdinalIgnoreCase))
            )
        );
}
