using System.Text.Json.Nodes;
using Project38.Core.Factory.Generation.Blueprints.Asides;
using Project38.Core.Factory.Generation.Blueprints.Watching;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>Asks a page whether it answers, and tells when it does not.</summary>
internal sealed class Uptime : Blueprint
{
    private const string Site = " the? my? site|website|page|server|service? <url>";
    private const string HebrewSite = "כש|אם|כאשר|ברגע|כשהוא|כשהיא|כשהאתר|אם? ש? הוא|היא|האתר|השרת|הדף|השירות|העמוד?";
    private const string HebrewDown = "למטה|נופל|נופלת|נפל|נפלה|קורס|קורסת|מושבת|מושבתת|נכשל|נכשלת|כושל";
    private const string HebrewUp = "עובד|עובדת|עונה|זמין|זמינה|מגיב|מגיבה|עולה|נגיש|נגישה|פעיל|פעילה|פועל|פועלת|למעלה";
    private const string Up = "up|online|alive|reachable|available|working|responding|answering|running";
    private const string Down = "down|offline|unreachable|unavailable|dead|broken|failing|unresponsive";

    // "tell me when it is up" is the opposite wish, so "up" counts only behind a verb of checking.
    private static readonly (Pattern, int)[] _asks =
    [
        ($"check|checks|verify|ensure|monitor|watch|see if|that|whether?{Site} is|stays still? {Up}", 0),
        ($"make sure that?{Site} is|stays still? {Up}", 0),
        ($"is|are{Site} {Up}", 0),
        ($"verify|check|ensure that|whether|if?{Site} answers|responds|works|loads", 0),
        ($"האם <url> {HebrewUp}", 0),
        ($"check|monitor|watch the? uptime|availability of?{Site}", 0),
        ($"when|whenever|if|once{Site} is|goes|becomes|gets {Down}", 0),
        ($"when|whenever|if|once{Site} is not|no longer? longer? {Up}", 0),
        ($"when|whenever|if|once{Site} isn't {Up}", 0),
        ($"when|whenever|if|once{Site} does not respond|answer|work|load|open", 0),
        ($"when|whenever|if|once{Site} doesn't|won't respond|answer|work|load|open", 0),
        ($"when|whenever|if|once{Site} stops responding|answering|working|loading", 0),
        ($"when|whenever|if|once{Site} fails|crashes", 0),
        ("when|whenever|if|once it is|goes|becomes|gets " + Down, 0),
        ("when|whenever|if|once it's " + Down, 0),
        ("when|whenever|if|once it is not|no longer? longer? " + Up, 0),
        ("when|whenever|if|once it isn't " + Up, 0),
        ("when|whenever|if|once it does not respond|answer|work|load|open", 0),
        ("when|whenever|if|once it doesn't|won't respond|answer|work|load|open", 0),
        ("when|whenever|if|once it stops responding|answering|working|loading", 0),
        ("when|whenever|if|once it fails|crashes|breaks", 0),
        ($"when|whenever|if|once{Site} has failed|crashed|died|stopped responding?", 0),
        ($"when|whenever|if|once{Site} cannot|can't be reached|opened|loaded", 0),
        ("when|whenever|if|once it cannot|can't be reached|opened|loaded", 0),
        ($"when|whenever|if|once{Site} returns|gives|answers|responds with? a|an? error|errors status|code|page?", 0),
        ("when|whenever|if|once it returns|gives|answers|responds with? a|an? error|errors status|code|page?", 0),
        ("when|whenever|if|as soon? as? the|my site|website|page|server|service is|goes|becomes|gets " + Down, 0),
        ("when|whenever|if the|my site|website|page|server|service is not|no|isn't longer? " + Up, 0),
        (
            "when|whenever|if the|my site|website|page|server|service does not|doesn't|stops|fails to? respond|answer|work|load|responding|answering|working",
            0
        ),
        ($"ping|check|monitor|watch|request|get|fetch|open|ask{Site} and|then? when|whenever|if it? fails|failed", 0),
        ("when|if a|the|one? check|request|ping fails|failed", 0),
        ($"{HebrewSite} <url>? {HebrewDown}", 0),
        ($"{HebrewSite} <url>? לא|אינו|אינה {HebrewUp}", 0),
        ($"{HebrewSite} <url>? מפסיק|מפסיקה|הפסיק|הפסיקה לענות|לעבוד|להגיב|לפעול", 0),
        ($"{HebrewSite} <url>? מחזיר|מחזירה|עונה שגיאה|בשגיאה", 0),
        ("כש|אם|כאשר האתר|השרת|הדף? <url> למטה|נופל|נפל|קורס|מושבת", 0),
        ("כש|אם|כאשר האתר|השרת|הדף? <url> לא עובד|עונה|זמין|מגיב|עולה", 0),
        ("כשהוא|אם|כאשר הוא? למטה|נופל|נפל|קורס|מושבת", 0),
        ("כשהוא|אם|כאשר הוא? לא עובד|עונה|זמין|מגיב|עולה", 0),
        ($"בדוק|ודא האם|אם|ש? האתר|השרת|הדף|השירות|העמוד? <url> {HebrewUp}", 0),
    ];

    // Behind these the address counts as down too, so they ask for the check by themselves.
    private static readonly (Pattern, int)[] _statuses =
    [
        (
            $"when|whenever|if|once{Site} does not|doesn't answer|return|respond|give|send with? a|an|the? http? status|code? code|of? <count>",
            0
        ),
        (
            "when|whenever|if|once it does not|doesn't answer|return|respond|give|send with? a|an|the? http? status|code? code|of? <count>",
            0
        ),
        (
            $"when|whenever|if|once{Site} answers|returns|responds|gives with? anything|something|a|any? http? status|code? code? other|different than|from <count>",
            0
        ),
        (
            "when|whenever|if|once it answers|returns|responds|gives with? anything|something|a|any? http? status|code? code? other|different than|from <count>",
            0
        ),
        ("when|whenever|if|once the|its? http? status|code code? is|becomes not|anything other? than? <count>", 0),
        (
            $"check|verify|ensure|watch that|whether|if?{Site} answers|returns|responds|gives with? a|an|the? http? status|code? code|of? <count>",
            0
        ),
        (
            $"make sure that?{Site} answers|returns|responds|gives with? a|an|the? http? status|code? code|of? <count>",
            0
        ),
        ($"בדוק|ודא ש|אם|האם? <url> מחזיר|מחזירה|עונה את? קוד|סטטוס? <count>", 0),
        ($"{HebrewSite} <url>? לא מחזיר|מחזירה|עונה את? קוד|סטטוס <count>", 0),
    ];

    private static readonly (Pattern, int)[] _words =
    [
        (
            $"when|whenever|if|or|once{Site} does not|doesn't|no|longer longer? contain|contains|show|shows|include|includes|say|says the? word|words|text|phrase? <quoted>",
            0
        ),
        (
            "when|whenever|if|or|once the|it|its? page|site? does not|doesn't|no longer? contain|contains|show|shows|include|includes|say|says the? word|words|text|phrase? <quoted>",
            0
        ),
        (
            "and|or? the|it|its? page|answer|body|response? must|should|has contain|to|include|show|say contain|include|show|say? the? word|words|text|phrase? <quoted>",
            0
        ),
        ("when|if|or the? word|words|text|phrase? <quoted> is missing|gone|absent from|on? the? page|it?", 0),
        (
            $"check|verify|ensure that|whether|if?{Site} contains|shows|includes|says the? word|words|text|phrase? <quoted>",
            0
        ),
        ($"make sure that?{Site} contains|shows|includes|says the? word|words|text|phrase? <quoted>", 0),
        ("and that? it|the|page? contains|shows|includes|says the? word|words|text|phrase? <quoted>", 0),
        ("או|ו|אם|כש הדף|הוא|העמוד|האתר? לא|אינו מכיל|מכילה|מציג|כולל את? המילה|המילים|הטקסט? <quoted>", 0),
    ];

    private static readonly (Pattern, int)[] _recovers =
    [
        .. Recovers("when|once|whenever|after|if|as soon? as?"),
        ("and|but? also? once? more|again on|upon|at recovery", 0),
        ("with|send|and a|one? recovery notice|notification|message|alert", 0),
        (
            "ו|וגם|ושוב|וגם שוב? פעם? אחת? כאשר|כש|אחרי? ש? הוא|היא|האתר|השרת? חוזר|חוזרת|חזר|חזרה|יחזור|תחזור|שב לפעול|לעבוד|לענות|להיות|לאוויר זמין|זמינה?",
            0
        ),
        ("וכשהוא|וכשהיא|וכשהאתר|כשהוא|כשהיא|ושהוא חוזר|חוזרת|חזר|חזרה לפעול|לעבוד|לענות|לאוויר|להגיב?", 0),
    ];

    private const string Failed = "has|have|is|was? been? fails|failed|fail|down|unreachable|offline|unavailable?";

    // "fails 3 times in a row" asks for the check by itself too.
    private static readonly (Pattern, int)[] _failures =
    [
        (
            "only? after|for <count> failures|failed|failing|consecutive|checks|attempts|tries consecutive|failures|failed|checks? in? a? row?",
            0
        ),
        ("only? after|for? <count> times|checks|failures|runs|requests|attempts in a row", 0),
        ($"only? if|when|whenever|after? it? {Failed} <count> times|checks in a row", 0),
        ($"only? if|when|whenever|after? it? {Failed} <count> times|checks consecutively|running|straight", 0),
        ($"only? if|when|whenever|after{Site} {Failed} <count> times|checks in a row", 0),
        ($"only? if|when|whenever|after{Site} {Failed} <count> times|checks consecutively|running|straight", 0),
        (
            "only? after|for|on? <count> consecutive|straight failures|checks|times|failed|attempts|requests|runs checks? fail|failed|failing?",
            0
        ),
        ("only? if|when|after? <count> checks|requests|attempts in a row fail|failed|have failed?", 0),
        ("רק? אחרי|לאחר? <count> פעמים|בדיקות|כישלונות|כשלונות|כשלים ברצף|רצופות|רצופים|רצוף נכשלות|נכשלו|שנכשלו?", 0),
        ("רק? אחרי|לאחר <count> כישלונות|כשלונות|כשלים ברצף?", 0),
    ];

    // "A single failed check should not be reported": where it takes more than one.
    private static readonly (Pattern, int)[] _single =
    [
        (
            "a|one? single? failed|failing? check|failure|request should|must|is|shall|does|do not|n't be? reported|told|count|matter|enough?",
            0
        ),
        ("על? כישלון|כשל|תקלה אחד|אחת|בודד|בודדת לא|אין צריך? להודיע|לדווח|נחשב", 0),
    ];

    private static readonly Pattern[] _perOutage =
    [
        "once per|for|each|every outage|incident|failure|downtime",
        "one|1|single message|notification|alert per|for|each|every outage|incident|failure|downtime",
        "הודעה|התראה|פעם אחת בלבד? לכל|בכל תקלה|נפילה|השבתה",
    ];

    private static readonly (Pattern, int)[] _timeouts =
    [
        ("within|in <count> seconds|second|sec", 0),
        ("for|after <count> seconds", 0),
        ("with? a|an? timeout of <count> seconds?", 0),
        ("תוך <count> שניות", 0),
    ];

    private static readonly HashSet<string> _said = Words.Of(
        "address url link site status code reason error long down",
        "כתובת קישור קוד סטטוס סיבה שגיאה זמן"
    );

    private static readonly string[] _sites =
    [
        "site",
        "website",
        "page",
        "server",
        "service",
        "אתר",
        "שרת",
        "דף",
        "שירות",
    ];

    private static readonly Pattern[] _vocabulary =
    [
        "check|checks|checking|monitor|monitors|watch|ping|look|request|ask|open|get|fetch at?",
        "site|website|page|server|service|uptime|homepage|health|endpoint",
        "when|whenever|if|once|time|address|url|on",
        "בדוק|תבדוק|שבודק|עקוב|תעקוב|נטר|תנטר אחרי?",
        "האתר|אתר|השרת|שרת|הדף|העמוד|השירות|הכתובת",
        "תשאל|שאל|פנה|תפנה|לבדוק|בקש|תבקש אל?",
        "פעם אחת?",
    ];

    public override string Name => "uptime";

    public override string Does(Language language) =>
        language.Say("asks a page and tells you when it is down", "בודק אתר ומודיע כשהוא לא עונה");

    public override string Example(Language language) =>
        language.Say(
            "Every 5 minutes check example.com and tell me when it is down",
            "כל 5 דקות תבדוק את example.com ותודיע לי כשהוא לא עונה"
        );

    public override BlueprintReading? Read(Sentence sentence, TimeReader times)
    {
        if (!sentence.Rest.Any(token => token.Kind == TokenKind.Url || _sites.Any(token.Is)))
        {
            return null;
        }
        var once =
            sentence.Copy().TakeAny(_perOutage) || OneTime.Take(sentence.Copy()) || Clauses.TakeOnce(sentence.Copy());
        NoNews.Take(sentence);
        var single = sentence.TakeAll(_single).Count > 0;
        var recoveries = Outages.TakeRecovery(sentence);
        var repeats = Repeats.Take(sentence);
        var outages = Outages.Take(sentence);
        var time = times.Take(sentence, clockAlone: false);
        MessageContents.Take(sentence, _said);
        Clauses.TakeContents(
            sentence,
            "reason|status|code|error|address|url|site|duration|downtime|fault|הסיבה|סיבה|הכתובת|הקוד",
            "long was|is? down|offline"
        );
        var statuses = sentence.TakeAll(_statuses);
        var words = sentence.TakeAll(_words);
        var recovers = sentence.TakeAll(_recovers);
        var fails = sentence.TakeAll(_failures);
        int[] failures = [.. Counts(fails).Concat(outages.SelectMany(outage => outage.Failures)).Distinct()];
        Clauses.TakeOnce(sentence);
        Fillers.TakeTelling(sentence);
        var timeouts = Counts(sentence.TakeAll(_timeouts));
        var asks = sentence.TakeAll(_asks);
        var matches = asks.Concat(statuses).Concat(words).Concat(fails).Select(ask => ask.Match).ToArray();
        var named = matches
            .Select(match => match.Get<Token>("url"))
            .OfType<Token>()
            .Concat(sentence.TakeKind(TokenKind.Url))
            .ToArray();
        if (
            (matches.Length == 0 && outages.Count == 0)
            || (matches.Length == fails.Count && outages.Count == 0 && named.Length == 0)
        )
        {
            return null;
        }
        // "No longer contains" or "is gone" alone speaks of the page's text, and not of whether it is up.
        if (
            outages.Count == 0
            && matches.Length == words.Count
            && words.Any(word => word.Match.Tokens.Any(token => token.Is("longer") || token.Is("gone")))
        )
        {
            return null;
        }
        var urls = named.Select(Address).Distinct().ToArray();
        sentence.TakeAny(_vocabulary);
        int[] codes =
        [
            .. Counts(statuses).Concat(outages.Concat(recoveries).SelectMany(outage => outage.Statuses)).Distinct(),
        ];
        var texts = words.Select(word => word.Match.Get<Token>("quoted")!.Text).Distinct().ToArray();

        var draft = new Draft(this, sentence, time);
        AddressProblems(urls, draft);
        if (repeats.Any(repeat => repeat.Number is not null || repeat.Text is not null))
        {
            draft.Problem(
                "It tells once when the address goes down, and once when it is back.",
                "הוא מודיע פעם אחת כשהכתובת נופלת, ופעם אחת כשהיא חוזרת."
            );
        }
        if ((single && failures.Length == 0) || failures.Length > 1 || failures.Any(count => count is < 1 or > 100))
        {
            draft.Problem("Say one number of failures, from 1 to 100.", "יש לומר מספר כישלונות אחד, מ-1 עד 100.");
        }
        if (timeouts.Length > 1 || timeouts.Any(count => count is < 1 or > 60))
        {
            draft.Problem("Say one time to wait, from 1 to 60 seconds.", "יש לומר זמן המתנה אחד, מ-1 עד 60 שניות.");
        }
        if (codes.Length > 1 || codes.Any(code => code is < 100 or > 599) || texts.Length > 1)
        {
            draft.Problem(
                "Say one status (100 to 599), and one text that must be on the page.",
                "יש לומר קוד תשובה אחד (100 עד 599), וטקסט אחד שצריך להיות בדף."
            );
        }
        return draft.End(
            Draft.EveryFiveMinutes,
            () =>
                Plan(
                    urls[0],
                    failures.FirstOrDefault(1),
                    timeouts.FirstOrDefault(10),
                    codes.FirstOrDefault(),
                    texts.FirstOrDefault(),
                    // Who wants to be told once and says nothing of its end gets one message for each outage.
                    recovery: !once || recoveries.Count > 0 || recovers.Count > 0,
                    draft.Language
                )
        );
    }

    private static Plan Plan(
        string url,
        int failures,
        int timeout,
        int status,
        string? contains,
        bool recovery,
        Language language
    )
    {
        var host = new Uri(url).Host;
        var config = new JsonObject
        {
            ["url"] = url,
            ["failures"] = failures,
            ["wait"] = timeout,
        };
        if (status > 0)
        {
            config["status"] = status;
        }
        if (contains is not null)
        {
            config["contains"] = contains;
        }
        if (!recovery)
        {
            config["recovery"] = false;
        }
        return new Plan(
            config,
            language.Say($"{host} is up", $"זמינות {host}"),
            language.Say(
                $"asks {url}, and tells you when it does not answer within {timeout} s or answers with "
                    + (status > 0 ? $"anything but status {status}" : "an error")
                    + (contains is null ? "" : $", or without the text “{contains}”")
                    + (failures > 1 ? $", {failures} times in a row" : "")
                    + ": once when it goes down, "
                    + (recovery ? "and once when it is back" : "and not when it is back"),
                $"פונה אל {url}, ומודיע כשאין תשובה תוך {timeout} שניות או שהתשובה היא "
                    + (status > 0 ? $"כל דבר מלבד {status}" : "שגיאה")
                    + (contains is null ? "" : $", או בלי הטקסט “{contains}”")
                    + (failures > 1 ? $", {failures} פעמים ברצף" : "")
                    + ": פעם אחת כשהוא נופל, "
                    + (recovery ? "ופעם אחת כשהוא חוזר" : "ולא כשהוא חוזר")
            )
        );
    }

    /// <summary>An address as it is asked: a bare domain is meant with https.</summary>
    internal static string Address(Token token) => token.Text.Contains("://") ? token.Text : $"https://{token.Text}";

    /// <summary>There must be one address, and one that can be asked.</summary>
    internal static void AddressProblems(string[] urls, Draft draft)
    {
        if (urls.Length == 0)
        {
            draft.Problem(
                "No address is named. Say which one to ask, for example “https://example.com”.",
                "לא נזכרה כתובת. יש לומר איזו כתובת לבדוק, למשל “https://example.com”."
            );
        }
        else if (urls.Length > 1)
        {
            draft.Problem(
                $"It names several addresses ({string.Join(", ", urls)}). Say one; make an agent for each.",
                $"יש במשפט כמה כתובות ({string.Join(", ", urls)}). אפשר לומר אחת, וליצור סוכן לכל כתובת."
            );
        }
        else if (
            !Uri.TryCreate(urls[0], UriKind.Absolute, out var uri)
            || uri.Host.Length == 0
            || uri.UserInfo.Length > 0
        )
        {
            draft.Problem(
                $"{urls[0]} is no address it can ask. Write it as https://example.com/path, without a password.",
                $"{urls[0]} אינה כתובת שאפשר לפנות אליה. אפשר לכתוב https://example.com/path, בלי סיסמה."
            );
        }
    }

    private static (Pattern, int)[] Recovers(string when) =>
        [
            (
                $"and|or|but? also? tell|notify|alert|again|once? me? again|once? more? {when} it|the? site|server|page|service|website? is|comes|gets|goes|has|recovers? back|recovered|come|recovers up|online|again|back? up|again|online?",
                0
            ),
            (
                $"and|or|but? also? tell|notify|alert|again|once? me? again|once? more? {when} it|the? site|server|page|service|website? recovers|returns",
                0
            ),
            (
                $"and|or|but also? again|once? more? {when} it|the? site|server|page|service|website? is|works|answers|responds up|online|again|available|reachable again?",
                0
            ),
        ];

    private static int[] Counts(IReadOnlyList<(int, PatternMatch Match)> found) =>
        [.. found.SelectMany(one => one.Match.All<int>("count"))];
}
