using System.Text.Json.Nodes;
using Project38.Core.Factory.Generation.Blueprints.Asides;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>Asks the links of pages, and tells which are broken.</summary>
internal sealed class LinkCheck : Blueprint
{
    private const int MostPages = 20;

    private static readonly string[] _links =
    [
        "link",
        "links",
        "hyperlink",
        "hyperlinks",
        "קישור",
        "קישורים",
        "קישורי",
        "לינק",
        "לינקים",
    ];

    // "the link https://example.com" is one address, and whether it answers is another blueprint's question.
    private static readonly string[] _oneLink = ["link", "hyperlink", "קישור", "לינק"];

    private static readonly Pattern[] _checks =
    [
        "check|checks|checking|test|tests|verify|validate|scan|scans|crawl|crawls|inspect|audit|examine",
        "בדוק|ודא|שבודק|בודק|סרוק|תסרוק|לסרוק|שיסרוק|עבור|תעבור|לעבור",
    ];

    private const string Sure = "make sure|certain|ensure|verify|check|test that|whether|if?";

    // "Tell me when they work" is the opposite wish, so "work" counts only behind a verb of checking.
    private static readonly (Pattern, int)[] _working =
    [
        (
            $"{Sure} all|every|each|the|my? of? the|my? links|link on|in|at|of the|my? page|site|website? <url> all? still? work|works|are|is? working|fine|ok|alive|valid|reachable|good?",
            0
        ),
        (
            "ודא|בדוק ש? כל|שכל|אם? ה? קישורים|לינקים ב|ה? דף|בדף|הדף|אתר|עמוד? ב? <url> עובדים|תקינים|פעילים|נפתחים|זמינים",
            0
        ),
        ($"{Sure} no|none of? the|my? links|link", 0),
    ];

    private static readonly Pattern[] _broken =
    [
        "broken|dead|faulty|invalid|bad|failing|rotten|unreachable|unavailable|missing|gone|down",
        "is|are? not|isn't|aren't working|reachable|available|found|answering|responding|loading|opening|valid",
        "no longer work|works|exist|exists|open|opens|load|loads|answer|answers|respond|responds|resolve|resolves",
        "do|does not work|open|load|answer|respond|exist|resolve",
        "don't|doesn't|won't|can't|cannot work|open|load|answer|respond|exist|resolve",
        "cannot|can't be reached|opened|loaded|found",
        "break|breaks|broke|fail|fails|failed|die|dies|died",
        "has|have? stop|stops|stopped working|answering|responding|loading|opening",
        "lead|leads|go|goes|point|points to? nowhere",
        "return|returns|give|gives|answer|answers|respond|responds|end|ends with|in? a|an? error|errors",
        "return|returns|give|gives|answer|answers|respond|responds|have|has with? a|an? http? status|code? code? of? 400 or more|above|higher|greater",
        "return|returns|give|gives|answer|answers|respond|responds|have|has with? a|an? http? status|code? code? of? at least 400",
        "שבור|שבורים|שבורה|שבורות|מת|מתים|תקול|תקולים|פגום|פגומים|נשבר|נשברים|נשברו|נופל|נופלים|נפל|נפלו|חסרים",
        "כבר? לא|שלא|אינו|אינם|אינן|שאינם|שאינו עובד|עובדים|עובדות|עונה|עונים|עונות|נפתח|נפתחים|זמין|זמינים|תקין|תקינים|פעיל|פעילים|נגיש|נגישים|קיים|קיימים|נטענים",
        "מפסיק|מפסיקים|הפסיק|הפסיקו לעבוד|לענות|להיפתח",
        "מחזיר|מחזירים|שמחזיר|שמחזירים|מוביל|מובילים|שמובילים ל? שגיאה|שגיאות",
    ];

    private static readonly (Pattern, bool)[] _sites =
    [
        ("the|my? whole|entire|complete|full site|website|domain|blog", true),
        ("site|website wide", true),
        ("all|every|each of? the|its|my|other? pages|page on|of|in|at? the|my|this? site|website|domain?", true),
        ("crawl|crawls|crawling", true),
        ("recursively", true),
        ("and|also|including? follow|read|check|visit also? the? pages it|they|that|which links|link|linked to?", true),
        ("all|every|each of? the? pages|page in|of|from|on the? sitemap", false),
        ("כל|בכל|מכל ה|את? אתר|דפי|עמודי|דפים|עמודים ב|של|ה? אתר?", true),
        ("אתר כולו|שלם", true),
    ];

    private static readonly (Pattern, bool Asked)[] _elsewhere =
    [
        ("external|outbound|outgoing|outside links|hyperlinks?", true),
        ("including|include|also|and|even the|all? external|outbound|outgoing|outside links|ones?", true),
        (
            "and|but? do? not|don't|ignore|ignoring|ignores|skip|skipping|without|except|excluding|exclude|leave for? out? check|follow|count|test? any|all|the|of? external|outbound|outgoing|outside|other links|ones|hosts|sites|domains?",
            false
        ),
        (
            "ignore|skip|without|except|excluding|exclude|not the|any|all? links|ones to|on other|external hosts|sites|domains",
            false
        ),
        ("only|just? the? internal|local|own links|ones? only?", false),
        (
            "only|just? links? to|on|of|from|within|in|inside the|its|this? same|own host|domain|site|website|server only?",
            false
        ),
        ("רק? קישורים|לינקים|את? ה? פנימיים בלבד?", false),
        ("רק? קישורים|לינקים? ב|ל|של אותו|לאותו|באותו אתר|דומיין|שרת|מארח בלבד?", false),
        ("רק? לאותו|באותו|מאותו אתר|דומיין|שרת|מארח בלבד?", false),
        ("בלי|ללא|התעלם|תתעלם|למעט|חוץ|מלבד מ? קישורים|לינקים|אלה? חיצוניים", false),
        ("בלי|ללא|התעלם|תתעלם|למעט|חוץ|מלבד מ? קישורים|לינקים ל? אתרים אחרים", false),
        ("כולל|גם|לרבות את? קישורים|לינקים|ה? חיצוניים", true),
        ("קישורים|לינקים חיצוניים", true),
    ];

    private static readonly (Pattern, int)[] _reports =
    [
        (
            "send|sends|give|gives|write|prepare|make|get|want|mail me? a|an|the|one? full|complete|short|daily|weekly|monthly? report|list|summary|overview of|about|on|with? all|the|every|any?",
            0
        ),
        (
            "as|in|with? a|an|the full|complete|short? report|list|summary|overview of|about|on|with? all|the|every|any?",
            0
        ),
        (
            "even|also|and if|when there|they|it|nothing is|are? none|no|nothing|not? any? broken|dead|wrong? links|ones?",
            0
        ),
        ("each|every time|run|check", 0),
        ("שלח|תשלח|תן|תכין|הכן|כתוב|לשלוח|לקבל לי|לנו? דוח|דו\"ח|רשימה|סיכום של|על|עם|ה? כל?", 0),
        ("דוח|דו\"ח|רשימת של|על|עם|ה? כל?", 0),
        ("גם|אפילו אם|כש|כאשר אין|הכול|הכל תקין? קישורים|לינקים|כאלה|שבורים|תקלות|כלום?", 0),
        ("בכל|כל ריצה|בדיקה", 0),
    ];

    private const string Works =
        "is|are|has|have|been|was|were|get|gets? all? fixed|repaired|mended|back|ok|fine|work|works|worked|working|recover|recovers|recovered|answer|answers|alive again?";

    // What it does anyway: each once, and again only after it worked in between.
    private static readonly Pattern[] _onceEach =
    [
        "each|every|any? broken? one|link|of? them|it? only|just? once",
        "only|just? about|of? the? new|newly ones|broken|dead|links?",
        $"once|one message|alert|notification? each|per|for each|every? broken? link|one? until it|they {Works}",
        $"until it|they|the? link? {Works}",
        $"and|but? again only? after|once|when it|they|the? link? {Works} in? between|meantime?",
        "that|which were|was not|n't? told|reported|broken|known before",
        "כל קישור|לינק|אחד? שבור? רק? פעם אחת בלבד?",
        "רק? על? ה? חדשים|חדש",
    ];

    private static readonly (Pattern, int)[] _recovers =
    [
        (
            $"and|or|but? also|once|again|then? tell|notify|alert|inform|let|message? me|us? also? know? again|once? more? when|once|if|whenever|after it|they|one|a|the|broken? link|links|of? them? {Works}",
            0
        ),
        (
            "ו? גם|ושוב? תודיע? לי? גם|שוב? כאשר|כש|אחרי|אם|כשהם|כשהוא|שהם ש? הם|הוא|הקישור|קישור|הקישורים? חוזר|חוזרים|חזר|חזרו|תוקן|תוקנו|מתוקן|מתוקנים לעבוד|לפעול|לענות? שוב?",
            0
        ),
    ];

    private static readonly (Pattern, string)[] _most =
    [
        ("at|up most|to <count> links|link", "max_links"),
        ("no more than <count> links|link", "max_links"),
        ("at|up most|to <count> pages|page", "max_pages"),
        ("no more than <count> pages|page", "max_pages"),
        ("within|in <count> seconds|second|sec", "wait"),
        ("with? a|an? timeout of <count> seconds?", "wait"),
        ("עד|לכל|מקסימום היותר? <count> קישורים|לינקים", "max_links"),
        ("עד|לכל|מקסימום היותר? <count> דפים|עמודים", "max_pages"),
        ("תוך <count> שניות", "wait"),
    ];

    private static readonly Pattern[] _vocabulary =
    [
        "link|links|hyperlink|hyperlinks",
        "look|looks|looking|find|finds|finding|search|searches|see|watch|watches|monitor|follow|follows|get|open|visit|visits|read|reads|ask|go|run at|through|over|up|for?",
        "report|reports|list|lists|show|name",
        "page|pages|site|website|sitemap|homepage|docs|documentation|blog|wiki|at|there|within|about",
        "is|are|has|have|become|becomes|gets|goes|go|any|every|each|all|some|one|a|of|which|what|that|whether|them|those|these|ones",
        "when|whenever|if|once",
        "tell|notify|alert|inform|message|warn me about|of|on|if|which",
        "let me know about|of|if|which",
        "קישור|קישורים|קישורי|לינק|לינקים|דף|הדף|בדף|שבדף|מהדף|דפים|עמוד|אתר|מפת|כתובת|בלוג|תיעוד",
        "יש|שיש|כשיש|כש|כאשר|אם|האם|כל|על|או|איזה|אילו|אלו|מי|מה|מהם|הם|הוא|היא|שהם|אחרי|שם|נמצא|נמצאים|אחד|אחת",
        "חפש|מצא|עקוב|קרא|תקרא|לקרוא|עבור|תעבור|לעבור|סרוק|תסרוק|לסרוק|שבודק|בודק",
        "תודיע לי|אותי? על",
    ];

    public override string Name => "link-check";

    public override IReadOnlyList<LiveSource> Sources(JsonObject config) =>
        config["pages"] is JsonArray { Count: > 0 } pages
        && pages[0] is JsonValue page
        && page.TryGetValue<string>(out var url)
            ? [new LiveSource(url)]
            : [];

    public override string Does(Language language) =>
        language.Say(
            "asks the links of a page and tells you which are broken",
            "בודק את הקישורים שבדף ומודיע אילו שבורים"
        );

    public override string Example(Language language) =>
        language.Say(
            "Check the links on https://example.com/docs every Monday at 9 and tell me which are broken",
            "תבדוק כל יום ב-7 אם יש קישורים שבורים ב-https://example.com"
        );

    public override BlueprintReading? Read(Sentence sentence, TimeReader times)
    {
        if (!sentence.Rest.Any(token => _links.Any(token.Is)) || NamesOneLink(sentence))
        {
            return null;
        }
        var time = times.Take(sentence, clockAlone: false);
        FailingSource.Take(sentence);
        var elsewhere = sentence.TakeAll(_elsewhere).Any(found => found.Meaning);
        Clauses.TakeContents(
            sentence,
            "url|urls|address|addresses|link|links|status|code|reason|error|page|pages|count|number",
            "page|pages it|they|each|that? is|are|was|were? found? on",
            "כתובת|כתובות|קישור|קישורים|קוד|סיבה|שגיאה|דף|דפים|מספר"
        );
        var site = sentence.TakeAll(_sites).Any(found => found.Meaning);
        var report = sentence.TakeAll(_reports).Count > 0;
        var recovered = sentence.TakeAll(_recovers).Count > 0;
        sentence.TakeAny(_onceEach);
        Clauses.TakeOnce(sentence);
        var most = sentence.TakeAll(_most);
        Fillers.TakeTelling(sentence);
        var working = sentence.TakeAll(_working);
        var broken = sentence.TakeAny(_broken) || working.Any(one => one.Match.Get<Token>("url") is not null);
        var checks = sentence.TakeAny(_checks);
        if (!broken && !checks && !site)
        {
            return null;
        }
        string[] pages =
        [
            .. working
                .Select(one => one.Match.Get<Token>("url"))
                .OfType<Token>()
                .Concat(sentence.TakeKind(TokenKind.Url))
                .Select(Uptime.Address)
                .Distinct(),
        ];
        sentence.TakeAny(_vocabulary);

        var draft = new Draft(this, sentence, time);
        Problems(pages, elsewhere, most, draft);
        return draft.End(Draft.Daily, () => Plan(pages, site, report, recovered, most, draft.Language));
    }

    private static bool NamesOneLink(Sentence sentence) =>
        sentence
            .Rest.Zip(sentence.Rest.Skip(1))
            .Any(pair => _oneLink.Any(pair.First.Is) && pair.Second.Kind == TokenKind.Url);

    private static void Problems(
        string[] pages,
        bool elsewhere,
        IReadOnlyList<(string Key, PatternMatch Match)> most,
        Draft draft
    )
    {
        if (pages.Length == 0)
        {
            Uptime.AddressProblems(pages, draft);
        }
        foreach (var page in pages)
        {
            Uptime.AddressProblems([page], draft);
        }
        if (pages.Length > MostPages)
        {
            draft.Problem(
                $"It names {pages.Length} pages; one agent reads at most {MostPages}. A sitemap lists more.",
                $"יש במשפט {pages.Length} דפים; סוכן אחד קורא עד {MostPages}. מפת אתר מונה יותר."
            );
        }
        if (elsewhere)
        {
            draft.Problem(
                "Links to other hosts are counted and not checked: an agent reaches only the hosts it was granted. Leave "
                    + "them out of the sentence, and name those it may ask: --config '{\"hosts\": [\"https://example.org\"]}'.",
                "קישורים לאתרים אחרים נספרים ולא נבדקים: סוכן פונה רק לאתרים שניתנה לו גישה אליהם. אפשר לוותר עליהם במשפט, "
                    + "ולציין לאילו מותר לפנות: --config '{\"hosts\": [\"https://example.org\"]}'."
            );
        }
        if (most.Select(one => one.Key).Distinct().Count() < most.Count || most.Any(one => !Fits(one)))
        {
            draft.Problem(
                "Say each limit once: 1 to 2000 links, 1 to 500 pages, 1 to 60 seconds.",
                "יש לומר כל מגבלה פעם אחת: 1 עד 2000 קישורים, 1 עד 500 דפים, 1 עד 60 שניות."
            );
        }
    }

    private static bool Fits((string Key, PatternMatch Match) limit) =>
        limit.Match.Get<int>("count") is >= 1 and var count
        && count
            <= limit.Key switch
            {
                "max_links" => 2000,
                "max_pages" => 500,
                _ => 60,
            };

    private static Plan Plan(
        string[] pages,
        bool site,
        bool report,
        bool recovered,
        IReadOnlyList<(string Key, PatternMatch Match)> most,
        Language language
    )
    {
        var config = new JsonObject { ["pages"] = new JsonArray([.. pages.Select(page => JsonValue.Create(page))]) };
        foreach (var (key, on) in new[] { ("site", site), ("report", report), ("recovered", recovered && !report) })
        {
            if (on)
            {
                config[key] = true;
            }
        }
        foreach (var (key, match) in most)
        {
            config[key] = match.Get<int>("count");
        }
        var hosts = string.Join(", ", pages.Select(page => new Uri(page).Authority).Distinct());
        var where = string.Join(language.Say(" and ", " ו־"), pages);
        return new Plan(
            config,
            language.Say($"Links on {hosts}", $"קישורים ב־{hosts}"),
            language.Say(
                $"reads {where}{(site ? $" and the pages of {hosts} that are linked" : "")}, asks each link to {hosts}, and tells you "
                    + "which are broken (a status of 400 or more, or no answer): "
                    + (
                        report
                            ? "all of them in every run, also when there is none"
                            : "each once, and again only after it worked in between"
                    )
                    + (recovered && !report ? "; and when they work again" : "")
                    + ". Links to other hosts are counted, and not checked",
                $"קורא את {where}{(site ? $" ואת הדפים של {hosts} שמקושרים משם" : "")}, פונה לכל קישור אל {hosts}, ומודיע אילו שבורים "
                    + "(קוד 400 ומעלה, או בלי תשובה): "
                    + (report ? "את כולם בכל ריצה, גם כשאין כאלה" : "כל אחד פעם אחת, ושוב רק אחרי שעבד בינתיים")
                    + (recovered && !report ? "; וגם כשהם חוזרים לעבוד" : "")
                    + ". קישורים לאתרים אחרים נספרים, ולא נבדקים"
            )
        );
    }
}
