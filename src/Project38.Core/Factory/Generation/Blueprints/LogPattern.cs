using System.Text.Json.Nodes;
using Project38.Core.Factory.Generation.Blueprints.Asides;
using Project38.Core.Factory.Generation.Blueprints.Watching;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>Tells of new lines of a log that have certain words.</summary>
internal sealed class LogPattern : Blueprint
{
    private const string Lines =
        "lines|line|entries|entry|messages|message|errors|error|warnings|warning|occurrences|matches|times|records";
    private const string Says =
        "contain|contains|containing|mention|mentions|mentioning|include|includes|including|have|has|with|say|says|saying|match|matches|matching|of|for";
    private const string Word = "word|words|phrase|text|term|string|pattern|regex|expression";
    private const string HebrewSays =
        "מכיל|מכילה|מכילות|מכילים|כולל|כוללת|כוללות|עם|מופיע|מופיעה|מופיעות|מזכירה|מזכירות|יש|שבה|שבהן";
    private const string HebrewLines = "שורות|שורה|שורת|השורות|הודעות|הודעה|רשומות|שגיאות|שגיאה";

    private static readonly (Pattern, int)[] _wanted =
    [
        ($"a|an|any|every|each|all|new|the? new? {Lines}? that|which? {Says} a|an|the? {Word}? <topics>", 0),
        ($"a|any|the? new? {Lines}? that|which? {Says} a|an|the? regular? expression|regex|pattern <quoted>", 0),
        ($"{HebrewLines}? חדשה|חדשות? ש? מתאימה|מתאימות ל? ביטוי|הביטוי|תבנית הרגולרי? <quoted>", 0),
        ($"כש|כאשר|אם? <quoted> מופיע|מופיעה|נמצא|נכתב ב? {HebrewLines}? חדשה|חדשות?", 0),
        ($"מופעים חדשים? של <quoted>", 0),
        ($"the? {Word}? <quoted> appears|appear|is|shows|occurs|comes|was up? found|seen|written|logged?", 0),
        ("the? " + Word + " <topics> appears|appear|is|shows|occurs|comes up? found|seen|written|logged?", 0),
        ("for <quoted>", 0),
        ($"{HebrewLines}? חדשה|חדשות? ש? {HebrewSays} בה|בהן? את? המילה|המילים|הביטוי|הטקסט|מילה? <topics>", 0),
        ("את? המילה|המילים|הביטוי <topics>", 0),
    ];

    // "more than 5 errors": the noun is the word to look for.
    private static readonly (Pattern, int)[] _counted =
    [
        ("there? are|is? more than <count> new?", 1),
        ("there? are|is? at least <count> new?", 0),
        ("there? are|is? <count> or more new?", 0),
        ("over|above <count> new?", 1),
        ("יש|מופיעות|נוספו? יותר מ <count>", 1),
        ("יש|מופיעות|נוספו? לפחות <count>", 0),
    ];

    private static readonly (Pattern, string)[] _nouns =
    [
        ("a|an|any|new? error|errors line|lines|message|messages|entry|entries|level?", "error"),
        ("a|an|any|new? warning|warnings line|lines|message|messages|entry|entries?", "warning"),
        ("a|an|any|new? exception|exceptions line|lines?", "exception"),
        ("a|an|any|new? failure|failures line|lines?", "failure"),
        ("a|an|any|new? critical line|lines|message|messages|error|errors?", "critical"),
        ("a|an|any|new? fatal line|lines|message|messages|error|errors?", "fatal"),
        ("a|an|any|new? traceback|tracebacks", "traceback"),
        ("a|an|any|new? timeout|timeouts", "timeout"),
        ("שורות|שורת? שגיאה|שגיאות חדשה|חדשות?", "error|שגיאה|שגיאות"),
        ("שורות|שורת? אזהרה|אזהרות חדשה|חדשות?", "warning|אזהרה|אזהרות"),
    ];

    private static readonly Pattern[] _anyCase =
    [
        "in? upper or|and lower case",
        "upper|lower? or? lower? case does|do not|doesn't matter|count",
        "ignoring|ignore|regardless of? case",
        "באותיות? גדולות או|ו קטנות",
    ];

    private static readonly (Pattern, int)[] _without =
    [
        ($"but|and? not if|when it|they|the? {Lines}? {Says} the? {Word}? <topics>", 0),
        ($"אבל|אך? לא אם|כש|כאשר היא|הן|השורה? {HebrewSays}? את? המילה|המילים|הביטוי? <topics>", 0),
        ($"but|and? not|never the|those|any? {Lines}? that|which|if? {Says} the? {Word}? <topics>", 0),
        (
            $"but|and? skip|skipping|ignore|ignoring|exclude|excluding|except|without|omit all|any|the|those? {Lines}? that|which|if? {Says}? the? {Word}? <topics>",
            0
        ),
        (
            $"בלי|ללא|חוץ|מלבד|למעט|התעלם|תתעלם מ|על? אלה|אלו|{HebrewLines}? ש? {HebrewSays}? את? המילה|המילים|הביטוי? <topics>",
            0
        ),
    ];

    private static readonly Pattern[] _vocabulary =
    [
        "when|whenever|if|there is|are|has|have|been|appears|appear? new?",
        "check|watch|monitor|read|scan|look|search|follow|tail|at|in|into|through|for|to|of",
        "log|logs|logfile|file|lines|line|entries|entry|new|newly|appear|appears|appeared|show|shows|up|written|added|arrive|comes|found|logged|occurrences|matches|times",
        "since the? last|previous run|check|time|look",
        "within|between|in one|two|the? runs|run|checks|check|last",
        "tell|notify|alert|inform|message me about|of|on",
        "let me know about|of",
        "was|were|gets|get|got|one|ones",
        "report|see",
        "כל|בכל פעם ש?",
        "נכתבה|נכתבו|אחת|האלה|אלה|אותן|היו|האחרונות|סרוק|כמה",
        "about|any|every|each|all|is|are|has|have|it|that|which|them|then",
        "כש|כאשר|אם|יש|שיש|כשיש|על|כל|מתי|מופיעה|מופיע|מופיעות|נוספה|נוספות|נכתבת|חדשה|חדשות|בו|בה",
        "בדוק|תבדוק|קרא|תקרא|עקוב|תעקוב|אחרי|סרוק|תסרוק|חפש|תחפש|את|בתוך|מתוך",
        "קובץ|הקובץ|בקובץ|לוג|הלוג|בלוג|יומן|היומן|ביומן|שורה|שורות|השורות",
        "מאז הריצה|הבדיקה הקודמת|האחרונה",
        "תודיע|הודע|תעדכן|עדכן|תספר|תתריע|להודיע לי|אותי על",
    ];

    private static readonly HashSet<string> _said = Words.Of(
        "line lines count number many text",
        "שורה שורות מספר כמה טקסט"
    );

    public override string Name => "log-pattern";

    public override string Does(Language language) =>
        language.Say(
            "tells you of new lines of a log that have certain words",
            "מודיע על שורות חדשות בלוג שיש בהן מילים מסוימות"
        );

    public override string Example(Language language) =>
        language.Say(
            "Every 10 minutes tell me when there are more than 5 new errors in app.log",
            "כל 10 דקות תודיע לי כשיש שורות חדשות עם המילה \"ERROR\" בקובץ app.log"
        );

    public override BlueprintReading? Read(Sentence sentence, TimeReader times)
    {
        var logs = sentence.Rest.Where(token => token.Kind == TokenKind.File).ToArray();
        if (
            logs.Length == 0
            || logs.Any(token =>
                Path.GetExtension(token.Text).ToLowerInvariant() is ".csv" or ".tsv" or ".pdf" or ".xlsx"
            )
        )
        {
            return null;
        }
        NewsOnly.Take(sentence);
        var time = times.Take(sentence, clockAlone: false);
        Clauses.TakeOnce(sentence);
        Clauses.TakeContents(
            sentence,
            "line|lines|number|count|file|name|text|excerpt|matching|them|השורה|השורות|המספר|מספר|שורות"
        );
        sentence.TakeWords(logs.Contains);
        var without = sentence.TakeAll(_without).SelectMany(one => one.Match.Get<TopicList>("topics")!.Words).ToArray();
        var counts = sentence.TakeAll(_counted).Select(one => one.Match.Get<int>("count") + one.Meaning).ToArray();
        Fillers.TakeTelling(sentence);
        var found = sentence.TakeAll(_wanted);
        var lists = found
            .Select(one =>
                one.Match.Get<TopicList>("topics") ?? new TopicList([one.Match.Get<Token>("quoted")!.Text], Both: false)
            )
            .ToArray();
        var regex = found.Any(one =>
            one.Match.Tokens.Any(token =>
                token.Is("pattern") || token.Is("הרגולרי") || token.Is("regex") || token.Is("expression")
            )
        );
        // A word in capitals is looked for in capitals alone, unless the brief says that case does not count.
        var anyCase = sentence.TakeAny(_anyCase);
        string[] words =
        [
            .. lists.SelectMany(list => list.Words).Select(word => anyCase && !regex ? word.ToLowerInvariant() : word),
        ];
        MessageContents.Take(sentence, _said);
        var nouns = sentence.TakeAll(_nouns).SelectMany(one => one.Meaning.Split('|')).Distinct().ToArray();
        words = words.Length > 0 ? words : nouns;
        if (words.Length == 0)
        {
            return null;
        }
        sentence.TakeAny(_vocabulary);
        TableTotal.TakeNamesOf(logs, sentence);

        var draft = new Draft(this, sentence, time);
        var names = logs.Select(token => token.Text).Distinct().ToArray();
        if (names.Length > 1)
        {
            draft.Problem(
                $"It names several files ({string.Join(", ", names)}). Say one; make an agent for each.",
                $"יש במשפט כמה קבצים ({string.Join(", ", names)}). אפשר לומר אחד, וליצור סוכן לכל קובץ."
            );
        }
        else if (names[0].StartsWith('~') || names[0].Split('/').Contains(".."))
        {
            draft.Problem(
                $"{names[0]} is outside the agent's workspace. Name it by its whole path, and grant its folder with --folder.",
                $"{names[0]} נמצא מחוץ לסביבת העבודה של הסוכן. יש לנקוב בנתיב המלא, ולתת גישה לתיקייה עם --folder."
            );
        }
        if (lists.Any(list => list.Both) || lists.Length > 1)
        {
            draft.Problem(
                "Several words are joined by “and”: say “or” where any of them is enough, or put a phrase in quotes.",
                "כמה מילים מחוברות ב“ו”: יש לומר “או” אם די באחת מהן, או לשים ביטוי במירכאות."
            );
        }
        if (counts.Length > 1 || counts.Any(count => count is < 1 or > 100_000))
        {
            draft.Problem("Say one number of lines.", "יש לומר מספר שורות אחד.");
        }
        return draft.End(
            Draft.EveryFiveMinutes,
            () => Plan(names[0], words, without, counts.FirstOrDefault(1), regex && found.Count > 0, draft.Language)
        );
    }

    private static Plan Plan(string file, string[] words, string[] without, int count, bool regex, Language language)
    {
        // A file of the host is seen below the last name of its folder, once that is granted.
        var parts = file.Split('/');
        var host = file.StartsWith('/') && parts.Length > 2 ? string.Join('/', parts[..^1]) : null;
        var seen = host is null ? file : $"{parts[^2]}/{parts[^1]}";
        var config = new JsonObject
        {
            ["file"] = seen,
            ["words"] = new JsonArray([.. words.Select(word => JsonValue.Create(word))]),
        };
        if (without.Length > 0)
        {
            config["without"] = new JsonArray([.. without.Select(word => JsonValue.Create(word))]);
        }
        if (regex)
        {
            config["regex"] = true;
        }
        config["count"] = count;
        var listed = string.Join(", ", words.Select(word => $"“{word}”"));
        var left = string.Join(", ", without.Select(word => $"“{word}”"));
        return new Plan(
            config,
            language.Say($"{words[0]} in {parts[^1]}", $"{words[0]} ב-{parts[^1]}"),
            language.Say(
                $"reads the new lines of {seen}"
                    + (host is null ? " in its workspace" : $" (grant its folder with --folder {host})")
                    + $", and tells you when {(count > 1 ? $"at least {count} of them have" : "any has")} any of {listed}"
                    + (without.Length > 0 ? $", leaving out those with {left}" : "")
                    + ". The first run only remembers where the file ends",
                $"קורא את השורות החדשות של {seen}"
                    + (host is null ? " שבסביבת העבודה שלו" : $" (יש לתת גישה לתיקייה עם --folder {host})")
                    + $", ומודיע כשיש {(count > 1 ? $"לפחות {count} שורות" : "שורה")} עם אחד מאלה: {listed}"
                    + (without.Length > 0 ? $", חוץ משורות עם {left}" : "")
                    + ". הריצה הראשונה רק זוכרת איפה הקובץ נגמר"
            )
        );
    }
}
