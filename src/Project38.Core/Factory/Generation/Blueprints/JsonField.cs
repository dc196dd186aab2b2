using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Core.Factory.Generation.Blueprints.Watching;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>Watches one field of what an address answers as JSON.</summary>
internal sealed class JsonField : Blueprint
{
    private const string Subject = "it|they|the|its? value|field|number|status?";

    private static readonly (Pattern, int)[] _changes =
    [
        (
            $"when|whenever|if|every|each|once|any time|as soon as? {Subject} has|have|is? changes|change|changed|changing|different|differs|updated",
            0
        ),
        ("changes|change|changed|differs", 0),
        ("is different|updated|changed|changing", 0),
        ("about|of any|every|each change|changes in|to?", 0),
        ("משתנה|השתנה|ישתנה|משתנים|שונה", 0),
        ("על|כל שינוי", 0),
    ];

    private const string Is =
        "is|are|becomes|become|equals|equal|turns|shows|says|reads|was|gets|goes equal|exactly? to?";

    private static readonly (Pattern, bool Not)[] _equals =
    [
        ($"{Is} <quoted>", false),
        ("is|are|becomes|equals|= equal? to? exactly? <amount>", false),
        ("is|are|becomes|equals|turns|turned|goes|changes|switches|to|from to? <word>", false),
        ("הוא|היא|נהיה|הופך|הופכת|נעשה ל? <word>", false),
        ("is|are not|different equal|from? to? <quoted>", true),
        ("isn't|aren't equal? to? <quoted>", true),
        ("is|are no longer|longer? <quoted>", true),
        ("is|are not|no longer? equal? to? <amount>", true),
        ("isn't equal? to? <amount>", true),
        ("is|are not|no longer? <word>", true),
        ("isn't|aren't <word>", true),
        ("שווה|הוא|היא|נהיה|הופך ל? <quoted>", false),
        ("שווה ל? <amount>", false),
        ("לא|אינו|אינה שווה? ל? <quoted>", true),
        ("לא|אינו|אינה שווה ל? <amount>", true),
        ("הוא|היא? לא|כבר|אינו|אינה לא? <quoted>", true),
    ];

    private static readonly Pattern[] _vocabulary =
    [
        "the? level|amount|figure|reading|count|total|says|show|shows of|in|at?",
        "רמה|רמת|כמות|סוללה|טמפרטורה|יתרה|מחיר|מלאי|ניקוד|תוצאה|בעלים|גרסה|סטטוס|מצב|שער|לחות|עומס|נתון|קריאה ה? של?",
        "the? value|number|field|json|api|endpoint|response|answer|result of|in|at|from?",
        "it|its|they|about|for",
        "ערך|שדה|מספר|נתון|תשובה של|ה|ב?",
        "הוא|היא",
    ];

    private static readonly HashSet<string> _said =
    [
        "many",
        "much",
        "left",
        "old",
        "כמה",
        "נשאר",
        "נשארו",
        "value",
        "values",
        "number",
        "field",
        "change",
        "changed",
        "status",
        "percent",
        "percentage",
        "name",
        "ערך",
        "שדה",
        "מספר",
        "אחוז",
        "שינוי",
    ];

    private static readonly HashSet<string> _pages =
    [
        "page",
        "site",
        "website",
        "webpage",
        "contains",
        "contain",
        "says",
        "mentions",
        "shows",
        "words",
        "text",
        "דף",
        "הדף",
        "בדף",
        "עמוד",
        "אתר",
        "מכיל",
        "מופיע",
        "מילים",
    ];

    private static readonly HashSet<string> _places = Words.Of(
        "page site website webpage text word words דף אתר עמוד טקסט מילה מילים"
    );

    private static readonly HashSet<string> _called = ["field", "key", "property", "json", "שדה", "מפתח"];

    public override string Name => "json-field";

    public override string Does(Language language) =>
        language.Say(
            "reads a field of what an address answers as JSON and tells you when it passes a number or changes",
            "קורא שדה מתשובת JSON של כתובת ומודיע כשהוא עובר מספר או משתנה"
        );

    public override string Example(Language language) =>
        language.Say(
            "Every 10 minutes read https://example.com/stats and tell me when the field queue.length is above 100",
            "כל 10 דקות תקרא את https://example.com/stats ותודיע לי כשהשדה queue.length מעל 100"
        );

    public override BlueprintReading? Read(Sentence sentence, TimeReader times)
    {
        var language = sentence.Language;
        if (!sentence.Rest.Any(token => token.Kind == TokenKind.Url))
        {
            return null;
        }
        var manners = Manners.Take(sentence);
        var conditions = Conditions.Take(sentence);
        var time = times.Take(sentence, clockAlone: false);
        var equal = conditions.Count == 0 ? Equal(sentence) : null;
        MessageContents.Take(sentence, _said.Concat(FieldWords(sentence)).ToHashSet());
        Clauses.TakeContents(sentence, WatchWords.Held);
        Fillers.TakeTelling(sentence);
        var called = sentence.Rest.Any(token => token.IsAny(_called));
        var fields = Fields.Take(sentence);
        // A page is no JSON, so nothing on it is a field unless it is called one, and no field has words on it.
        var page = sentence.Rest.Any(token => token.IsAny(_pages));
        // "It says that shipped is true" speaks of a field, where no page is named.
        var isState =
            equal is var (state, _)
            && sentence.Text.Contains($" {state}", StringComparison.Ordinal)
            && !sentence.Rest.Any(token => token.IsAny(_places));
        if (page && conditions.Count == 0 && !called && !isState)
        {
            return null;
        }
        if (
            fields.Count == 0
            && !page
            && (conditions.Count > 0 || equal is not null)
            && Fields.TakeSubject(sentence) is { } subject
        )
        {
            fields = [subject];
        }
        var changes = conditions.Count == 0 && equal is null && sentence.TakeAll(_changes).Count > 0;
        if (fields.Count == 0 || (conditions.Count == 0 && equal is null && !changes))
        {
            return null;
        }
        // "… and tell me the price": the field's own words say nothing new.
        var names = fields
            .SelectMany(field => field.Split(' ', '.', '_', '-'))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        sentence.TakeWords(token => token.Kind == TokenKind.Word && names.Contains(token.Text));
        var urls = Addresses.Take(sentence);
        sentence.TakeAny(_vocabulary);
        WatchWords.Take(sentence, hasAddress: true, several: conditions.Count + fields.Count + urls.Length > 3);
        Fillers.Take(sentence);

        var leftovers = Fillers.Leftovers(sentence);
        string[] problems =
        [
            .. time.Problems,
            .. conditions.Count > 0 ? Conditions.Problems(conditions, manners, language) : [],
            .. Addresses.Problems(urls, needed: true, language),
            .. WatchWords.TimeProblems(time, language),
        ];
        if (
            conditions.Count == 0
            && (manners.AgainText ?? manners.Again?.ToString("0.######", CultureInfo.InvariantCulture)) is { } again
            && (
                equal is not var (value, not)
                || not != (value.ToString() == again)
                || (manners.AgainText is null && value.GetValueKind() != JsonValueKind.Number)
            )
        )
        {
            problems =
            [
                .. problems,
                language.Say(
                    $"“Again only after {again}” does not fit what to tell of.",
                    $"“ושוב רק אחרי {again}” אינו מתיישב עם מה שצריך להודיע עליו."
                ),
            ];
        }
        if (fields.Count > 1)
        {
            problems =
            [
                .. problems,
                language.Say(
                    $"It names several fields ({string.Join(", ", fields)}). Say one; make an agent for each.",
                    $"יש במשפט כמה שדות ({string.Join(", ", fields)}). אפשר לומר אחד, וליצור סוכן לכל שדה."
                ),
            ];
        }
        return problems.Length > 0 || leftovers.Count > 0
            ? new BlueprintReading
            {
                Blueprint = Name,
                Leftovers = leftovers,
                Problems = problems,
            }
            : Serve(new Asked(urls[0], fields[0], conditions, equal, manners), time, language);
    }

    private sealed record Asked(
        string Url,
        string Field,
        IReadOnlyList<Condition> Conditions,
        (JsonNode Value, bool Not)? Equal,
        Manners Manners
    );

    private static (JsonNode Value, bool Not)? Equal(Sentence sentence)
    {
        var found = sentence.Copy().TakeAll(_equals);
        if (found is not [var (not, match)])
        {
            return null;
        }
        sentence.TakeAll(_equals);
        JsonNode value = match.Get<Quantity>("amount") is { } number
            ? JsonNumber.Of(number.Value)
            : (match.Get<Token>("quoted") ?? match.Get<Token>("word")!).Text;
        return (value, not);
    }

    // "… and tell me the temperature": what the field is called names its value.
    private static IEnumerable<string> FieldWords(Sentence sentence) =>
        sentence
            .Rest.Where(token => token.Kind is TokenKind.Path or TokenKind.Quoted)
            .SelectMany(token => token.Text.ToLowerInvariant().Split(' ', '.', '_', '-'))
            .Where(word => word.Length > 1);

    private BlueprintReading Serve(Asked asked, TimeReading time, Language language)
    {
        var (url, field, conditions, equal, manners) = asked;
        var when = time.When ?? new When("*/5 * * * *", time.Zone, Once: false, "every 5 minutes", "כל 5 דקות");
        var config = new JsonObject { ["url"] = url, ["field"] = field };
        foreach (var condition in conditions)
        {
            condition.WriteTo(config);
        }
        string wish;
        if (equal is { } same)
        {
            config[same.Not ? "not_equals" : "equals"] = same.Value;
            wish = same.Not
                ? language.Say($"not {same.Value}", $"לא {same.Value}")
                : language.Say($"{same.Value}", $"{same.Value}");
        }
        else if (conditions.Count == 0)
        {
            config["changes"] = true;
            wish = language.Say("not what it was", "שונה ממה שהיה");
        }
        else
        {
            wish = string.Join(language.Say(" or ", " או "), conditions.Select(c => c.Show(language)));
        }
        manners.WriteTo(config, conditions);
        config["language"] = language.Code();
        var often = (conditions.Count, equal) switch
        {
            (> 0, _) => WatchWords.HowOften(conditions, manners, language),
            _ when manners.OnceOnly => language.Say("one time in all", "פעם אחת בסך הכול"),
            (_, not null) => language.Say(
                "once, and again only after it was otherwise in between",
                "פעם אחת, ושוב רק אחרי שהיה אחרת בינתיים"
            ),
            _ => language.Say("each time; the first look tells nothing", "בכל פעם; הבדיקה הראשונה שקטה"),
        };
        return new BlueprintReading
        {
            Blueprint = Name,
            Leftovers = [],
            Problems = [],
            When = when,
            Config = config,
            AgentName = $"{field}: {wish}",
            Understood = language.Say(
                $"{TableTotal.Capital(when.English)} ({when.TimeZone}): reads the field “{field}” of what {url} answers as "
                    + $"JSON, and tells you when it is {wish}: {often}.",
                $"{when.Hebrew} ({when.TimeZone}): קורא את השדה “{field}” בתשובת ה-JSON של {url}, ומודיע כשהוא {wish}: {often}."
            ),
        };
    }
}
