using System.Text.Json.Nodes;
using Project38.Core.Factory.Generation.Blueprints.Watching;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>Watches the text of a page: when it changes, or when words come or go.</summary>
internal sealed class PageChange : Blueprint
{
    private const string Page =
        " the|my|this|that|its|their? text|content|contents? of|on|in? the? page|pages|site|website|webpage|it|they? at|of? <url>?";

    // A word of two letters keeps its prefixes, so they are written out.
    private const string HebrewDocument = "דף|הדף|בדף|מהדף|כשהדף|כשבדף|שבדף|עמוד|אתר|תוכן|טקסט|הוא|היא|כשהוא|כשהיא";

    private const string HebrewPage = $" {HebrewDocument}? של|ב|ה|מ? {HebrewDocument}? בכתובת? <url>?";

    private const string Words = " the|these|this? exact? word|words|text|phrase|string|sentence? ";
    private const string Contain =
        "contains|contain|shows|show|includes|include|says|say|mentions|mention|displays|display|has|reads";

    private static readonly (Pattern, bool Gone)[] _words =
    [
        .. Either($"when|whenever|if|once?{Page} {Contain}", "", false),
        .. Either($"when|whenever|if|once?{Page} no longer {Contain}", "", true),
        .. Either(
            $"when|whenever|if|once?{Page} stops containing|showing|including|saying|mentioning|displaying",
            "",
            true
        ),
        .. Either("when|whenever|if|once?", $" appears|appear|shows|show|comes|is|are up? on|in|at?{Page}", false),
        .. Either("when|whenever|if|once?", $" can be found|seen|read on|in|at?{Page}", false),
        .. Either("look|search|watch|check for", $" on|in|at{Page}", false),
        .. Either("when|whenever|if|once there is|are", $" on|in|at{Page}", false),
        .. Either(
            "when|whenever|if|once?",
            $" disappears|disappear|vanishes|vanish|goes away? from|on|in|at?{Page}",
            true
        ),
        .. Either("when|whenever|if|once?", $" is|are gone|removed|deleted|missing from|on|in|at?{Page}", true),
        .. Either("when|whenever|if|once?", $" no longer appears|appear|shows|there|on? on|in|at?{Page}", true),
        .. Either("when|whenever|if|once?", $" is|are no longer shown|there|present|listed? on|in|at?{Page}", true),
        .. EitherHebrew(
            $"כש|כאשר|אם|ברגע? ש?{HebrewPage} מכיל|מכילה|כולל|מציג|אומר|כתוב|מופיע|מופיעה|מופיעות|מופיעים בו|ב|שם?",
            HebrewPage,
            false
        ),
        .. EitherHebrew(
            $"כש|כאשר|אם|ברגע? ש?{HebrewPage} כבר? לא|אינו מכיל|מכילה|כולל|מציג|אומר|מופיע|מופיעה|מופיעות|מופיעים עוד|יותר? בו|ב|שם?",
            HebrewPage,
            true
        ),
        .. EitherHebrew($"כש|כאשר|אם|ברגע? ש?{HebrewPage} מפסיק|הפסיק להכיל|להציג|לכלול", HebrewPage, true),
        ($"חפש את? ה? מילה|מילים|טקסט|ביטוי|כיתוב? <quoted> ב|על?{HebrewPage}", false),
        ($"כש|כאשר|אם|ברגע? ש? אפשר|ניתן? למצוא|לראות <quoted> ב|על?{HebrewPage}", false),
        .. EitherHebrew("כש|כאשר|אם|ברגע? נעלם|נעלמת|נעלמות|נעלמו|נעלמים|הוסר|הוסרו מ|ה?", HebrewPage, true),
    ];

    private static readonly (Pattern, int)[] _changes =
    [
        ("changes|changed|change|updates|updated|update|modified|differs|differ", 0),
        ("is|are|was|has|gets been|become|becomes? different|changed|updated|modified|edited|new", 0),
        ("about|of|on|for? any|every|each|all change|changes|update|updates|modification in|to|on|of?", 0),
        ("משתנה|משתנים|משתנות|השתנה|השתנו|ישתנה|מתעדכן|מתעדכנת|התעדכן|התעדכנה|יתעדכן|שונה|מתחלף", 0),
        ("על|כל|לגבי כל? שינוי|עדכון ב|של?", 0),
        ("יש|חל|חלים|היה שינוי|שינויים|עדכון ב|של?", 0),
    ];

    private static readonly (Pattern, int)[] _parts =
    [
        (
            "only? the? part|section|text|price|bit|piece|content? that|which|is|stands? between <quoted> and <quoted>",
            2
        ),
        (
            "only? the? part|section|text|bit|piece|content that|which|is|stands? after|following|behind|below <quoted> and|up|until|till|to|before before|to? <quoted>",
            2
        ),
        (
            "only? the? part|section|text|bit|piece|content that|which|is|stands? after|following|behind|below <quoted>",
            1
        ),
        ("only? the? part|section|text|bit|piece|content that|which|is|stands? before|until|above <quoted>", -1),
        ("רק? ה? חלק|טקסט|קטע|קטע? ש? בין <quoted> ל|ו|לבין|ובין <quoted>", 2),
        ("רק? ה? חלק|טקסט|קטע ש? אחרי|לאחר|מתחת <quoted>", 1),
        ("רק? ה? חלק|טקסט|קטע ש? לפני|עד|מעל <quoted>", -1),
    ];

    // Before "check" is taken for the looking.
    private static readonly Pattern[] _compared =
    [
        "with|to? the? last|previous|prior check|run|time|visit|look|reading|version",
    ];

    private static readonly Pattern[] _vocabulary =
    [
        "when|if it|they is|are there|present|found",
        "when|if it|they is|appears|appear|shows|show there|up?",
        "upper or|and lower case does|do not|doesn't matter|count",
        "case does|do not|doesn't matter|count",
        "visible|הנראה|הגלוי",
        "כשהוא|כשהיא|אם שם|מופיע",
        "the? whole|entire|full|visible|actual|main text|content|contents|page|site|website of|on?",
        "page|pages|site|website|webpage|web|text|content|contents|anything|something|it|its|they|about|for|whole|on|of",
        "only|just the? text|content|part|section of|on?",
        "compared|since|from|than to|with? the? last|previous|prior check|run|time|visit|look|reading|version",
        "every|each time",
        "compare|compares|comparing it?",
        "דף|הדף|בדף|מהדף|כשהדף|כשבדף|לדף|עמוד|אתר|תוכן|טקסט|משהו|כתובת|אינטרנט של|ב|ה|על?",
        "הוא|היא|כשהוא|כשהיא|כולו|כל",
        "מאז|לעומת|מ הבדיקה|הריצה|הפעם הקודמת|האחרונה",
    ];

    private static readonly HashSet<string> _ignores =
    [
        "ignore",
        "ignoring",
        "disregard",
        "disregarding",
        "without",
        "תתעלם",
        "התעלם",
        "בלי",
        "להתעלם",
    ];

    // What the agent leaves out anyway.
    private static readonly HashSet<string> _ignored =
    [
        "html",
        "markup",
        "tag",
        "tags",
        "script",
        "scripts",
        "style",
        "styles",
        "css",
        "javascript",
        "whitespace",
        "spaces",
        "spacing",
        "comments",
        "formatting",
        "layout",
        "capitalization",
        "תגיות",
        "סקריפטים",
        "רווחים",
        "עיצוב",
        "קוד",
    ];

    private static readonly HashSet<string> _differences = ["changes", "change", "differences", "שינויים", "שינוי"];

    private static readonly HashSet<string> _notCounted =
    [
        "alone",
        "do",
        "don't",
        "does",
        "not",
        "count",
        "matter",
        "only",
        "are",
        "no",
        "לא",
        "נחשבים",
        "נחשב",
        "משנים",
        "בלבד",
    ];

    private static readonly HashSet<string> _between =
    [
        "the",
        "and",
        "or",
        "any",
        "all",
        "in",
        "of",
        "changes",
        "to",
        "from",
        "מ",
        "ו",
        "ה",
        "ב",
    ];

    private static readonly Pattern[] _held =
    [
        "what|which? has|have|was|is? change|changes|changed|different|difference|new|added|removed",
        "old|new|previous|current|changed|added|removed|matching text|line|lines|content|words|part",
        "text|line|lines|words|content was|were|that|ש? added|removed|changed|נוספו|שנוספו|נמחקו|שנמחקו? or|and|או? added|removed|changed|נמחקו|נוספו?",
        "url|address|link|page",
        "מה? שינוי|השתנה|שונה|חדש|נוסף|נמחק",
        "טקסט|שורה|שורות|כתובת|קישור|תוכן חדש|חדשה|ישן|ישנה?",
    ];

    private static readonly HashSet<string> _said =
    [
        "change",
        "changes",
        "changed",
        "difference",
        "url",
        "address",
        "link",
        "text",
        "lines",
    ];

    public override string Name => "page-change";

    public override string Does(Language language) =>
        language.Say(
            "watches a page and tells you when its text changes, or when words come or go",
            "עוקב אחרי דף ומודיע כשהטקסט שלו משתנה, או כשמילים מופיעות או נעלמות"
        );

    public override string Example(Language language) =>
        language.Say(
            "Every hour check the page https://example.com/news and tell me when it changes",
            "כל שעה תבדוק את הדף https://example.com/news ותודיע לי כשהוא משתנה"
        );

    public override BlueprintReading? Read(Sentence sentence, TimeReader times)
    {
        if (!sentence.Rest.Any(token => token.Kind == TokenKind.Url))
        {
            return null;
        }
        var manners = Manners.Take(sentence);
        var time = times.Take(sentence, clockAlone: false);
        sentence.TakeRuns(
            token => token.IsAny(_ignores),
            token => token.IsAny(_ignored) || token.IsAny(_between),
            run => run.Any(token => token.IsAny(_ignored))
        );
        sentence.TakeRuns(
            token => token.IsAny(_differences),
            token =>
                !token.IsAny(_differences)
                && (token.IsAny(_ignored) || token.IsAny(_between) || token.IsAny(_notCounted)),
            run => run.Any(token => token.IsAny(_ignored)) && run.Any(token => token.IsAny(_notCounted))
        );
        var parts = sentence.TakeAll(_parts);
        var words = sentence.TakeAll(_words);
        // "Tell me what changed" asks for the change too, and says what the message holds.
        var asked = sentence.Copy().TakeAll(_changes).Count > 0;
        MessageContents.Take(sentence, _said);
        Clauses.TakeContents(sentence, _held);
        Fillers.TakeTelling(sentence);
        var changes = sentence.TakeAll(_changes).Count > 0;
        if (words.Count == 0 && !asked)
        {
            return null;
        }
        string[] urls =
        [
            .. words.Select(word => word.Match.Get<Token>("url")).OfType<Token>().Select(Uptime.Address),
            .. Addresses.Take(sentence),
        ];
        urls = [.. urls.Distinct()];
        sentence.TakeAny(_compared);
        WatchWords.Take(sentence, hasAddress: true, several: false);
        sentence.TakeAny(_vocabulary);

        var draft = new Draft(this, sentence, time);
        Uptime.AddressProblems(urls, draft);
        if (words.Count > 1 || parts.Count > 1 || (words.Count == 1 && changes))
        {
            draft.Problem(
                "It names several things to look for. Say one; make an agent for each.",
                "יש במשפט כמה דברים לחפש. אפשר לומר אחד, וליצור סוכן לכל אחד."
            );
        }
        var sought = words.Count > 0 ? Text(words[0].Match) : null;
        if (
            (manners.AgainText is { } again && again != sought)
            || manners.Again is not null
            || (words.Count == 1 && manners.Repeats.Any(repeat => repeat.Gone is { } gone && gone == words[0].Meaning))
            || manners.Since is not (null or "check")
        )
        {
            draft.Problem(
                "A page is compared with what it was at the check before, without numbers.",
                "דף מושווה למה שהיה בבדיקה הקודמת, בלי מספרים."
            );
        }
        return draft.End(
            Draft.Hourly,
            () =>
                Plan(
                    urls[0],
                    words.Count > 0 ? words[0] : null,
                    parts.Count > 0 ? parts[0] : null,
                    manners,
                    draft.Language
                )
        );
    }

    private static Plan Plan(
        string url,
        (bool Gone, PatternMatch Match)? words,
        (int Sides, PatternMatch Match)? part,
        Manners manners,
        Language language
    )
    {
        var config = new JsonObject { ["url"] = url };
        var where = "";
        if (part is var (sides, around))
        {
            // Values come in the order of the sentence.
            var quoted = around.All<Token>("quoted").Select(token => token.Text).ToArray();
            if (sides > 0)
            {
                config["after"] = quoted[0];
                where += language.Say($" after “{quoted[0]}”", $" אחרי “{quoted[0]}”");
            }
            if (sides is 2 or -1)
            {
                config["before"] = quoted[^1];
                where += language.Say($" before “{quoted[^1]}”", $" לפני “{quoted[^1]}”");
            }
        }
        var (wish, hebrew) = ("changes", "משתנה");
        if (words is var (gone, match))
        {
            var text = string.Join(
                ' ',
                match.All<Token>("quoted").Concat(match.All<Token>("plain")).Select(token => token.Text)
            );
            config[gone ? "lacks" : "contains"] = text;
            (wish, hebrew) = gone
                ? ($"does not contain “{text}” any more", $"לא מכיל יותר “{text}”")
                : ($"contains “{text}”", $"מכיל “{text}”");
        }
        manners.WriteTo(config, []);
        config.Remove("since");
        var host = new Uri(url).Host;
        var often =
            manners.OnceOnly ? language.Say("one time in all", "פעם אחת בסך הכול")
            : words is null ? language.Say("each time, with what went and what came", "בכל פעם, עם מה שנעלם ומה שהופיע")
            : language.Say("once, and again only after it was otherwise", "פעם אחת, ושוב רק אחרי שהיה אחרת");
        var first = words is null || manners.QuietFirst;
        return new Plan(
            config,
            language.Say($"{host} {wish}", $"{host} {hebrew}"),
            language.Say(
                $"reads the text{where} of {url}, and tells you when it {wish}: {often}"
                    + (first ? "; the first look tells nothing" : ""),
                $"קורא את הטקסט{where} של {url}, ומודיע כשהוא {hebrew}: {often}"
                    + (first ? "; הבדיקה הראשונה שקטה" : "")
            )
        );
    }

    private static string Text(PatternMatch match) =>
        string.Join(' ', match.All<Token>("quoted").Concat(match.All<Token>("plain")).Select(token => token.Text));

    // In quotes, or up to four plain words behind "the words".
    private static IEnumerable<(Pattern, bool)> Either(string before, string after, bool gone) =>
        [
            ($"{before}{Words}<quoted>{after}", gone),
            ($"{before} the|these|this? exact? word|words|phrase <plain> <plain>? <plain>? <plain>?{after}", gone),
        ];

    private static IEnumerable<(Pattern, bool)> EitherHebrew(string before, string page, bool gone) =>
        [
            ($"{before} את? ה? מילה|מילים|טקסט|ביטוי|כיתוב? <quoted> מ|ב|ה?{page}", gone),
            (
                $"כש|כאשר|אם|ברגע? ש? ה? מילה|מילים|טקסט|ביטוי|כיתוב? <quoted> {(gone ? "נעלם|נעלמת|נעלמות|נעלמים|הוסר|הוסרה|הוסרו" : "מופיע|מופיעה|מופיעות|מופיעים")} מ|ב|על|ה?{page}",
                gone
            ),
            (
                $"כש|כאשר|אם|ברגע? ש? ה? מילה|מילים|טקסט|ביטוי|כיתוב? <quoted> {(gone ? "כבר? לא" : "כן?")} מופיע|מופיעה|מופיעות|מופיעים עוד|יותר? מ|ב|על|ה?{page}",
                gone
            ),
        ];
}
