using System.Text.Json.Nodes;
using Project38.Core.Factory.Generation.Blueprints.Asides;
using Project38.Core.Factory.Generation.Blueprints.Watching;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>Tells of new, changed or removed files.</summary>
internal sealed class FolderWatch : Blueprint
{
    private const string Kinds =
        "pdf|pdfs|csv|csvs|txt|json|xml|xlsx|xls|docx|doc|png|jpg|jpeg|zip|log|md|html|yaml|parquet|gz|tsv|pptx|eml|ics|gif";
    private const string File =
        "file|files|document|documents|report|reports|image|images|photo|photos|invoice|invoices|spreadsheet|spreadsheets";
    private const string Named = "named|called?";
    private const string HebrewFile = "קובץ|קבצים|הקבצים|קבצי|מסמך|מסמכים|הקובץ";

    private static readonly (Pattern, string)[] _events =
    [
        (
            $"a|an|any|every|each|the? new {Kinds}? {File}? is|are|was|has|have? been? appears|appear|arrives|arrive|added|created|saved|uploaded|dropped|lands|put|comes|shows|there in|up?",
            "new"
        ),
        (
            $"a|an|any|the? {File} {Named} appears|appear|arrives|arrive|is|shows|comes|created|there up|in|there|created?",
            "new"
        ),
        ($"a|an|any|the? {File} has|have disappeared|vanished|gone", "removed"),
        ($"a|an|any|every|each|the? new {Kinds}? {File} comes|come|came in|into|up", "new"),
        ($"{HebrewFile}? הועלה|הועלו|נכנסים|נכנס|מגיעים|מגיעות|נוצרו {HebrewFile}? {Kinds}? חדש|חדשים|חדשות?", "new"),
        ($"a|an|any|every|each|the? new {Kinds}? {File}", "new"),
        ($"a|an|any|every|each|the? new {Kinds}", "new"),
        (
            $"a|an|any|every|each|some|the|another? {Kinds}? {File}|something|anything is|are|was|has|have? been? appears|appear|arrives|arrive|added|created|saved|uploaded|dropped|lands|put",
            "new"
        ),
        (
            $"a|an|any|every|each? {Kinds} is|are|was|has|have? been? appears|appear|arrives|arrive|added|created|saved|uploaded|dropped|lands|put",
            "new"
        ),
        (
            $"a|an|any|every|each|the? {Kinds}? {File}? is|are|was|has|have? been? changes|change|changed|modified|edited|updated|rewritten",
            "changed"
        ),
        ($"a|an|any|every|each|the? changed|modified|updated|edited {Kinds}? {File}", "changed"),
        (
            $"a|an|any|every|each|the? {Kinds}? {File} is|are|was|has|have|gets? been? removed|deleted|disappears|disappear|vanishes|gone|missing",
            "removed"
        ),
        (
            $"a|an|any|every|each|the? {Kinds} is|are|was|has|have|gets? been? removed|deleted|disappears|disappear|vanishes|gone|missing",
            "removed"
        ),
        ($"a|an|any|every|each|the? removed|deleted|missing {Kinds}? {File}", "removed"),
        ("or|and|, is|are|was|has|have|it|they? been? changes|change|changed|modified|edited|updated", "changed"),
        ("or|and is|are|was|has|have|it|they? been? removed|deleted|disappears|disappear|vanishes|gone", "removed"),
        ("or|and is|are|was|has|have|it|they? been? appears|appear|added|created|new", "new"),
        ("added|created|new", "new"),
        ("changed|modified|edited", "changed"),
        ("removed|deleted", "removed"),
        (
            $"כש|כאשר|אם|על? מופיע|מופיעים|נוסף|נוספים|נוצר|נוצרים|מגיע|מגיעים|נכנס|נשמר|יש {HebrewFile}? {Kinds}? חדש|חדשים?",
            "new"
        ),
        ($"{HebrewFile} {Kinds}? חדש|חדשים מופיע|מופיעים|נוסף|נוספים|מגיע|מגיעים|נכנס|שנוסף|שמופיע|שנוספו?", "new"),
        ($"{HebrewFile} {Kinds}? מופיע|מופיעים|נוסף|נוספים|מגיע|מגיעים|נכנס|נוצר", "new"),
        ($"{HebrewFile}? {Kinds}? משתנה|משתנים|השתנה|השתנו|עודכן|מתעדכן|שהשתנו|שהשתנה|ששונו", "changed"),
        ($"{HebrewFile}? {Kinds}? נמחק|נמחקים|נמחקו|נעלם|נעלמים|הוסר|הוסרו|שנמחקו|שנמחק|נעלמו", "removed"),
    ];

    private static readonly string[] _folders = ["folder", "directory", "workspace", "תיקייה", "תיקיה", "תיקיית"];

    private static readonly (Pattern, int)[] _places =
    [
        (
            "in|into|inside|under|within|from|to|of|at|for|on the|my|its? folder|directory|path? called|named? <folder> folder|directory?",
            0
        ),
        ("in|into|inside|under|within|from|to|of|on|for the|my folder|directory called|named? <topics>", 1),
        ("in|into|inside|under|within|from|to|of|on|for the|my? <plain> folder|directory", 2),
        ("the|my? folder|directory <quoted>", 3),
        ("the|my? <quoted> folder|directory", 3),
        ("watch|check|monitor my|the? workspace for?", 4),
        ("סביבת העבודה שלי?", 4),
        ("watch|monitor|check|scan|look|list at|in|into|through? the|my? folder|directory called|named? <plain>", 2),
        ("watch|monitor|check|scan|look|list at|in|into|through? the|my? <plain> folder|directory", 2),
        ("בתיקייה|בתיקיה|התיקייה|תיקיית|בתיקיית|לתיקייה|מהתיקייה|התיקיה|תיקייה בשם? <folder>", 0),
        ("בתיקייה|בתיקיה|התיקייה|תיקיית|בתיקיית|לתיקייה|מהתיקייה|התיקיה|תיקייה בשם? <plain>", 2),
        ("in|into|inside|under|from|to|of the|my? <quoted> folder|directory?", 3),
        ("in|inside|within the|its|my workspace", 4),
        ("בסביבת העבודה", 4),
    ];

    private static readonly Pattern[] _vocabulary =
    [
        "when|whenever|if|there is|are|has|have|been?",
        "each|every time",
        "כל|בכל פעם ש?",
        "by|which|what|whether|listing|list",
        "ממנה|ממנו|כלשהו|אילו|איזה|בשם|שנוצר|רשום|לפי",
        "watch|monitor|check|scan|look|list|keep|an|eye at|on|in|for?",
        "about|folder|directory|files|file|workspace|names|name|ending|with|extension|matching|called|pattern|their|of|type|or|any|all|a|every|each",
        "tell|notify|alert|inform|message me about|of|on",
        "let me know about|of",
        "כש|כאשר|אם|יש|שיש|כשיש|על|או|כל|מתי|מתווסף|לתיקייה|בתיקייה|התיקייה|התיקיה|קבצים|קובץ",
        "תודיע|הודע|תעדכן|עדכן|תספר|תתריע|להודיע לי|אותי על",
        "עקוב|תעקוב|בדוק|תבדוק|נטר|תנטר|אחרי|את",
    ];

    private static readonly HashSet<string> _said = Words.Of(
        "name names path paths filename filenames",
        "שם שמות בשם בשמם"
    );

    public override string Name => "folder-watch";

    public override string Does(Language language) =>
        language.Say(
            "tells you of new, changed or removed files of a folder",
            "מודיע על קבצים חדשים, שהשתנו או שנמחקו בתיקייה"
        );

    public override string Example(Language language) =>
        language.Say(
            "Every 10 minutes tell me when a new PDF appears in /data/inbox",
            "כל 10 דקות תודיע לי כשמופיע קובץ PDF חדש בתיקייה /data/inbox"
        );

    public override BlueprintReading? Read(Sentence sentence, TimeReader times)
    {
        if (!sentence.Rest.Any(SpeaksOfFiles))
        {
            return null;
        }
        NewsOnly.Take(sentence);
        var time = times.Take(sentence, clockAlone: false);
        Clauses.TakeOnce(sentence);
        MessageContents.Take(sentence, _said);
        Clauses.TakeContents(sentence, "name|names|file|files|path|paths|list|שם|השם|שמות|הקובץ|הקבצים");
        var globs = sentence.Rest.Where(token => token.Kind == TokenKind.Folder && token.Text.Contains('*')).ToArray();
        sentence.TakeWords(globs.Contains);
        var kinds = sentence.Rest.Where(IsKind).Select(token => Kind(token.Text)).Distinct().ToArray();
        var found = sentence.TakeAll(_places);
        var joined = found.Any(one => one.Match.Get<TopicList>("topics") is { Both: true });
        var places = found.Where(one => one.Meaning != 4).Select(one => PlaceOf(one.Match)).ToArray();
        var files = sentence.TakeKind(TokenKind.File).Select(token => token.Text).ToArray();
        Fillers.TakeTelling(sentence);
        var events = sentence
            .TakeAll(_events)
            .Select(found => found.Meaning)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (
            events.Length == 0
            || (
                places.Length == 0
                && globs.Length == 0
                && sentence.Rest.All(token => token.Kind != TokenKind.Folder)
                && files.Length == 0
            )
        )
        {
            return null;
        }
        places = [.. places.Concat(sentence.TakeKind(TokenKind.Folder).Select(token => token.Text))];
        sentence.TakeAny(_vocabulary);
        sentence.TakeWords(IsKind);

        var draft = new Draft(this, sentence, time);
        var names = globs.Select(token => token.Text).Concat(files).ToArray();
        if (joined || places.Distinct().Count() > 1 || names.Length > 1 || kinds.Length > 1)
        {
            draft.Problem(
                "Say one folder, and one kind or pattern of files; make an agent for each.",
                "יש לומר תיקייה אחת, וסוג או תבנית אחת של קבצים. אפשר ליצור סוכן לכל אחת."
            );
        }
        if (names is [var named] && named.LastIndexOf('/') is > 0 and var cut)
        {
            places = [.. places, named[..cut]];
            names = [named[(cut + 1)..]];
        }
        var folder = places.FirstOrDefault("").TrimEnd('/');
        if (folder.Contains('*'))
        {
            draft.Problem(
                "A pattern may stand in the name of the files, and not in that of the folder.",
                "תבנית יכולה לבוא בשם הקבצים, ולא בשם התיקייה."
            );
        }
        if (folder.StartsWith('~') || folder.Split('/').Contains("..") || names.Any(name => name.StartsWith('~')))
        {
            draft.Problem(
                "That folder is outside the agent's workspace. Name it by its whole path, and grant it with --folder.",
                "התיקייה מחוץ לסביבת העבודה של הסוכן. יש לנקוב בנתיב המלא שלה, ולתת גישה עם --folder."
            );
        }
        return draft.End(
            Draft.EveryFiveMinutes,
            () =>
                Plan(
                    folder,
                    names.FirstOrDefault() ?? (kinds is [var kind] ? $"*.{kind}" : "*"),
                    events,
                    draft.Language
                )
        );
    }

    private static Plan Plan(string folder, string pattern, string[] events, Language language)
    {
        // A folder of the host is seen by its last name, once it is granted.
        var host = folder.StartsWith('/') ? folder : null;
        var seen = host is null ? folder.Replace("./", "") : host[(host.LastIndexOf('/') + 1)..];
        var config = new JsonObject
        {
            ["folder"] = seen,
            ["pattern"] = pattern,
            ["events"] = new JsonArray([.. events.Select(one => JsonValue.Create(one))]),
        };
        if (host is not null)
        {
            config["granted"] = host;
        }
        var english = string.Join(" and ", events);
        var hebrew = string.Join(
            ", ",
            events.Select(one =>
                one switch
                {
                    "new" => "חדשים",
                    "changed" => "שהשתנו",
                    _ => "שנמחקו",
                }
            )
        );
        var (inside, hebrewInside) = (seen.Length == 0, host) switch
        {
            (true, _) => ("its workspace", "סביבת העבודה שלו"),
            (_, null) => ($"the folder {seen} of its workspace", $"התיקייה {seen} שבסביבת העבודה שלו"),
            _ => (
                $"the folder {host}, which you grant with --folder {host}",
                $"התיקייה {host}, שיש לתת אליה גישה עם --folder {host}"
            ),
        };
        return new Plan(
            config,
            language.Say(
                $"Files in {(seen.Length == 0 ? "the workspace" : seen)}",
                $"קבצים ב-{(seen.Length == 0 ? "סביבת העבודה" : seen)}"
            ),
            language.Say(
                $"looks for files {pattern} in {inside}, and tells you the {english} ones, each once. The first run only remembers what is there",
                $"מחפש קבצים {pattern} ב{hebrewInside}, ומודיע על {hebrew}, כל אחד פעם אחת. הריצה הראשונה רק זוכרת מה כבר יש"
            )
        );
    }

    private static bool SpeaksOfFiles(Token token) =>
        token.Kind is TokenKind.Folder or TokenKind.File || _folders.Any(token.Is);

    private static bool IsKind(Token token) => token.Kind == TokenKind.Word && (Kinds.Split('|').Any(token.Is));

    private static string Kind(string text)
    {
        var kind = text.ToLowerInvariant();
        return kind is "pdfs" or "csvs" ? kind[..^1] : kind;
    }

    private static string PlaceOf(PatternMatch match) =>
        match.Get<Token>("folder")?.Text
        ?? match.Get<Token>("quoted")?.Text
        ?? match.Get<Token>("plain")?.Text
        ?? string.Join(' ', match.Get<TopicList>("topics")!.Words);
}
