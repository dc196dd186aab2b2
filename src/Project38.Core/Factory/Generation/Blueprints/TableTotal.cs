using System.Text.Json.Nodes;
using Project38.Core.Factory.Generation.Blueprints.Asides;
using Project38.Core.Factory.Generation.Blueprints.Watching;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>Adds up a column of a CSV file and tells when the total passes a threshold.</summary>
internal sealed class TableTotal : Blueprint
{
    private static readonly (Pattern, string)[] _measures = [.. Measures("")];

    private static readonly Pattern[] _measureWords = [.. _measures.Select(measure => measure.Item1)];

    // "the average price in sales.csv" names its column, and "the total of expenses.csv" does not.
    private static readonly (Pattern, string)[] _measuresOfColumn =
    [
        .. Measures(" of? all? the|my? <plain> <plain>? in|of|from|inside the|my? file|table|spreadsheet? <file>"),
        .. Measures(" של? ה? <plain> <plain>? ב|בקובץ|שבקובץ|בטבלה|שבטבלה|מתוך|של קובץ|הקובץ? <file>"),
    ];

    private static readonly string[] _generic =
    [
        "numbers",
        "values",
        "amounts",
        "amount",
        "המספרים",
        "הסכומים",
        "הערכים",
    ];

    private static readonly string[] _columnWords =
    [
        "column",
        "field",
        "עמודה",
        "העמודה",
        "בעמודה",
        "עמודת",
        "בעמודת",
        "הטור",
    ];

    // "It has the columns date, item and cost": one of them is named once more.
    private static readonly (Pattern, int)[] _listed =
    [
        ("it|which|that? has|contains|holds|with the? columns <topics>", 0),
        ("יש|עם|מכיל|מכילה ב? ה? עמודות|העמודות <topics>", 0),
    ];

    private static readonly (Pattern, int)[] _column =
    [
        ("column|field called|named? <name>", 0),
        ("of|in the? <quoted> column|field?", 0),
        ("של <quoted>", 0),
        ("<name> column|field", 0),
        ("<quoted> column|field", 0),
        ("עמודת|בעמודת|בעמודה|העמודה|עמודה|שדה|השדה|טור|הטור|בטור בשם? <name>", 0),
    ];

    private static readonly Pattern[] _vocabulary =
    [
        "it|they comes|come|adds|add up? to",
        "keep an eye on",
        "כל|כשהמחיר|המחיר",
        "when|whenever|once|if|as soon? as? the? total|sum|it",
        "when|whenever|if",
        "as soon as",
        "once",
        "file|table|spreadsheet|sheet|csv|numbers|values|amounts|amount|column|field|workspace|threshold|limit",
        "calculate|compute|work|check|find|read|look|take|watch|monitor|track|compare out|at|in?",
        "in|over|of|from the|its|that column|file|table",
        "spent|spending",
        "כאשר|כש|אם|ברגע|פעם|מתי|כשהוא|כשהיא|הוא|היא|שהוא|שהיא",
        "קובץ|הקובץ|בקובץ|טבלה|הטבלה|בטבלה|המספרים|הסכומים|הערכים|העמודה|בעמודה|הסף",
        "חשב|תחשב|לחשב|בדוק|תבדוק|לבדוק|קרא|תקרא|מצא|תמצא|עקוב|תעקוב|אחרי",
    ];

    // What a message holds whatever figure it tells of.
    private static readonly HashSet<string> _said = Words.Of(
        "value number figure file name threshold limit column",
        "ערך מספר קובץ שם סף עמודה"
    );

    private static readonly (Pattern, int)[] _decimals =
    [
        ("with|to|rounded? to? <count> decimals|decimal|digits places|digits? after? the? decimal? point?", 0),
        ("עם|ב <count> ספרות|ספרה אחרי ה? נקודה|הנקודה העשרונית?", 0),
    ];

    public override string Name => "table-total";

    public override string Does(Language language) =>
        language.Say(
            "tells you when the total, average, lowest or highest number of a column of a CSV file passes a number",
            "מודיע כשהסכום, הממוצע, המינימום או המקסימום של עמודה בקובץ CSV עובר מספר"
        );

    public override string Example(Language language) =>
        language.Say(
            "Every day at 8 add up expenses.csv and tell me when the total passes 1000",
            "כל יום ב-8 סכם את expenses.csv ותודיע לי כשהסכום עובר את 1000"
        );

    public override BlueprintReading? Read(Sentence sentence, TimeReader times)
    {
        if (!sentence.Copy().TakeAny(_measureWords))
        {
            return null;
        }
        FailingSource.Take(sentence);
        NoNews.Take(sentence);
        var repeats = Repeats.Take(sentence);
        var time = times.Take(sentence, clockAlone: false);
        var once = (OneTime.Take(sentence) | Clauses.TakeOnce(sentence)) && repeats.Count == 0;
        var decimals = TakeDecimals(sentence);
        var said = Clauses.TakeContents(
            sentence,
            "total|sum|average|mean|minimum|maximum|lowest|highest|figure|value|number|amount|threshold|limit|result|file|name|column|הסכום|סכום|הממוצע|הערך|המספר|שם|הקובץ|הסף"
        );
        MessageContents.Take(sentence, _said);
        var ofColumn = sentence.TakeAll(_measuresOfColumn);
        var files = ofColumn
            .Select(found => found.Match.Get<Token>("file")!)
            .Concat(sentence.TakeKind(TokenKind.File))
            .ToArray();
        var listed = sentence
            .TakeAll(_listed)
            .SelectMany(found => found.Match.Get<TopicList>("topics")!.Words)
            .ToArray();
        var bracketed = TakeBracketed(sentence);
        var columns = sentence
            .TakeAll(_column)
            .SelectMany(found => found.Match.All<Token>("name").Concat(found.Match.All<Token>("quoted")))
            .Concat(bracketed)
            .Select(token => token.Text)
            .Concat(sentence.Rest.Select(token => token.Text).Where(listed.Contains))
            .Concat(ofColumn.Where(NamesColumn).Select(found => ColumnOf(found.Match, files)).OfType<string>())
            .Distinct()
            .ToArray();
        // "total spending in x.csv": spending may be a column's name, and may be the user's word for all of it.
        var about = ofColumn.Select(found => ColumnOf(found.Match, files)).OfType<string>().FirstOrDefault();
        var thresholds = Thresholds.Take(sentence);
        Fillers.TakeTelling(sentence);
        var measures = sentence
            .TakeAll(_measures)
            .Select(found => found.Meaning)
            .Concat(ofColumn.Select(found => found.Meaning))
            .Distinct()
            .ToArray();
        measures = measures.Length > 0 ? measures : [.. said.Select(Named).OfType<string>().Distinct()]; // "tell me the sum"
        if (measures.Length == 0)
        {
            return null;
        }
        sentence.TakeAny(_vocabulary);
        TakeNamesOf(files, sentence);
        sentence.TakeWords(token =>
            token.Kind == TokenKind.Word && columns.Contains(token.Text, StringComparer.OrdinalIgnoreCase)
        );

        var draft = new Draft(this, sentence, time);
        FileProblems(files, draft);
        ThresholdProblems(thresholds, draft);
        if (measures is ["any"] && thresholds is [var on])
        {
            measures = [on.Above ? "maximum" : "minimum"];
        }
        if (measures.Length > 1)
        {
            draft.Problem(
                "It names several figures (total, average, lowest, highest). Say one; make an agent for each.",
                "יש במשפט כמה ערכים (סכום, ממוצע, מינימום, מקסימום). אפשר לומר אחד, וליצור סוכן לכל אחד."
            );
        }
        else if (measures is [var measure] && said.Any(word => Named(word) is { } other && other != measure))
        {
            draft.Problem(
                "The message says the figure that is compared, and no other. Make an agent for each.",
                "ההודעה אומרת את הערך שמושווה, ולא ערך אחר. אפשר ליצור סוכן לכל אחד."
            );
        }
        if (columns.Length > 1)
        {
            draft.Problem("It names several columns. Say one.", "יש במשפט כמה עמודות. אפשר לומר אחת.");
        }
        Condition[] conditions = [.. thresholds.Select(threshold => threshold.AsCondition)];
        if (conditions.Length == 1 && !repeats.All(conditions[0].Fits))
        {
            draft.Problem(
                "When it may tell again does not fit the number. Say one that the figure comes back to.",
                "מתי אפשר להודיע שוב אינו מתיישב עם הסף. יש לומר מספר שאליו הערך חוזר."
            );
        }
        return draft.End(
            Draft.Daily,
            () =>
                Plan(
                    files[0].Text,
                    columns.FirstOrDefault(),
                    about,
                    measures[0],
                    thresholds[0],
                    repeats,
                    once,
                    decimals,
                    draft.Language
                )
        );
    }

    // "Sum up hours.csv (column hours)": what stands before "column" in the brief is not its name, once the file is gone.
    private static Token[] TakeBracketed(Sentence sentence)
    {
        for (var at = 0; at < sentence.Rest.Count; at++)
        {
            var rest = sentence.Rest;
            if (
                (rest[at].Is("column") || rest[at].Is("field") || rest[at].Is("עמודה") || rest[at].Is("עמודת"))
                && (rest[at].Gap.Length > 0 || (at > 0 && !sentence.Touch(rest[at - 1], rest[at])))
                && sentence.LongestAt(_column, at) is { } found
                && (found.Match.Get<Token>("name") ?? found.Match.Get<Token>("quoted")) is { } name
            )
            {
                sentence.TakeRange(at, found.Match.Length);
                return [name];
            }
        }
        return [];
    }

    private static int? TakeDecimals(Sentence sentence) =>
        sentence.TakeAll(_decimals) is [var (_, match)] && match.Get<int>("count") is >= 0 and <= 6 and var count
            ? count
            : null;

    private static Plan Plan(
        string file,
        string? column,
        string? about,
        string measure,
        Threshold threshold,
        IReadOnlyList<Repeat> repeats,
        bool once,
        int? decimals,
        Language language
    )
    {
        var config = new JsonObject { ["file"] = file };
        if (column is not null)
        {
            config["column"] = column;
        }
        else if (about is not null)
        {
            config["about"] = about;
        }
        config["measure"] = measure;
        config["threshold"] = Json(threshold.Quantity);
        config["direction"] = threshold.Direction;
        var far = repeats.FirstOrDefault(threshold.AsCondition.NeedsMore);
        if (far is not null)
        {
            config["rearm"] = JsonNumber.Of(far.Number!.Value);
            if (!far.Reached)
            {
                config["rearm_past"] = true;
            }
        }
        if (once)
        {
            config["only_once"] = true;
        }
        if (decimals is not null)
        {
            config["decimals"] = decimals;
        }
        config["once"] = true;
        var (english, hebrew) = NameOf(measure);
        var stem = Path.GetFileNameWithoutExtension(file);
        var number = Numbers.Show(threshold.Quantity.Value);
        var backTo = Numbers.Show(far?.Number ?? threshold.Quantity.Value);
        return new Plan(
            config,
            language.Say(
                $"{Capital(stem)} {english} {(threshold.Above ? "over" : "under")} {number}",
                $"{hebrew} {stem} {threshold.Say(language, number)}"
            ),
            language.Say(
                (measure == "total" ? "adds up " : $"takes the {english} of ")
                    + (
                        column is not null ? $"the column “{column}”"
                        : about is not null ? $"the column “{about}”, or the only one of numbers,"
                        : "the column of numbers"
                    )
                    + $" in {file} in its workspace, and tells you when the {english} is {threshold.Say(language, number)}"
                    + (
                        once
                            ? ": one time in all"
                            : $": once, and again only after the {english} came back {(threshold.Above ? "down" : "up")} "
                                + $"{(far is { Reached: false } ? "past" : "to")} {backTo} in between"
                    ),
                (measure == "total" ? "מסכם את " : $"לוקח את ה{hebrew} של ")
                    + (
                        column is not null ? $"העמודה “{column}”"
                        : about is not null ? $"העמודה “{about}”, או את עמודת המספרים היחידה,"
                        : "עמודת המספרים"
                    )
                    + $" בקובץ {file} שבסביבת העבודה שלו, ומודיע כשה{hebrew} {threshold.Say(language, number)}"
                    + (
                        once
                            ? ": פעם אחת בסך הכול"
                            : $": פעם אחת, ושוב רק אחרי שה{hebrew} "
                                + (far is { Reached: false } ? $"עבר בינתיים את {backTo}" : $"חזר בינתיים ל-{backTo}")
                    )
            )
        );
    }

    private static (string English, string Hebrew) NameOf(string measure) =>
        measure switch
        {
            "average" => ("average", "ממוצע"),
            "minimum" => ("lowest", "מינימום"),
            "maximum" => ("highest", "מקסימום"),
            _ => ("total", "סכום"),
        };

    private static string? Named(Token word) =>
        word switch
        {
            _ when word.Is("average") || word.Is("mean") || word.Is("ממוצע") => "average",
            _ when word.Is("minimum") || word.Is("lowest") => "minimum",
            _ when word.Is("maximum") || word.Is("highest") => "maximum",
            _ when word.Is("total") || word.Is("sum") || word.Is("סכום") => "total",
            _ => null,
        };

    private static JsonNode Json(Quantity number) =>
        JsonNode.Parse(number.Value.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture))!;

    private static bool NamesColumn((string, PatternMatch Match) found) =>
        found.Match.Tokens.Any(token => _columnWords.Contains(token.Text));

    private static string? ColumnOf(PatternMatch match, IReadOnlyList<Token> files)
    {
        var named = match.Tokens.Any(token => _columnWords.Contains(token.Text));
        var words = match
            .All<Token>("plain")
            .Where(word => word.Kind == TokenKind.Quoted || named || !NamesOf(files).Any(word.Is))
            .Where(word => !_columnWords.Contains(word.Text))
            .Select(word => word.Text)
            .ToArray();
        return words.Length == 0 || (!named && words.All(_generic.Contains)) ? null : string.Join(' ', words);
    }

    private static IEnumerable<(Pattern, string)> Measures(string rest) =>
        [
            ("add|adds|adding up? all? the? numbers|values|amounts?" + rest, "total"),
            ("sum|sums|summing up?" + rest, "total"),
            ("total|totals up" + rest, "total"),
            ("count|tally up" + rest, "total"),
            ("calculate|compute|work|check out? the? total|sum" + rest, "total"),
            ("the|a? total|sum amount|value? of?" + rest, "total"),
            ("all? the? numbers|values|amounts together|combined" + rest, "total"),
            ("סכם|תסכם|לסכם|שמסכם|חבר|תחבר|לחבר|תסכום|סכום" + rest, "total"),
            ("הסכום|סכום|סך|הסך הכל|הכולל?" + rest, "total"),
            ("סה\"כ" + rest, "total"),
            ("average|averages|mean|avg value|amount? of?" + rest, "average"),
            ("ממוצע|הממוצע" + rest, "average"),
            ("minimum|min|lowest|smallest value|number|amount|figure? of|in?" + rest, "minimum"),
            ("מינימום|המינימום|המינימלי|המינימלית" + rest, "minimum"),
            ("הערך|המספר|הסכום? הנמוך|הקטן ביותר" + rest, "minimum"),
            ("maximum|max|highest|largest|biggest|greatest value|number|amount|figure? of|in?" + rest, "maximum"),
            ("מקסימום|המקסימום|המקסימלי|המקסימלית" + rest, "maximum"),
            ("הערך|המספר|הסכום? הגבוה|הגדול ביותר" + rest, "maximum"),
            ("any|a single|one? value|number|amount|cell|figure in|of" + rest, "any"),
            ("ערך|מספר כלשהו" + rest, "any"),
        ];

    // "my expenses in expenses.csv": the words of the file's own name say nothing new.
    internal static void TakeNamesOf(IReadOnlyList<Token> files, Sentence sentence)
    {
        var words = NamesOf(files);
        sentence.TakeWords(token => token.Kind == TokenKind.Word && words.Any(token.Is));
    }

    internal static string[] NamesOf(IReadOnlyList<Token> files) =>
        [
            .. files
                .SelectMany(file => Path.GetFileNameWithoutExtension(file.Text).Split('_', '-', ' ', '.', '/'))
                .Where(word => word.Length > 2)
                .Select(word => word.ToLowerInvariant()),
        ];

    private static void FileProblems(IReadOnlyList<Token> files, Draft draft)
    {
        var names = files.Select(file => file.Text).Distinct().ToArray();
        if (names.Length == 0)
        {
            draft.Problem(
                "No file is named. Say which one to add up, for example “expenses.csv”.",
                "לא נזכר קובץ. יש לומר איזה קובץ לסכם, למשל “expenses.csv”."
            );
        }
        else if (names.Length > 1)
        {
            draft.Problem(
                $"It names several files ({string.Join(", ", names)}). Say one; make an agent for each.",
                $"יש במשפט כמה קבצים ({string.Join(", ", names)}). אפשר לומר אחד, וליצור סוכן לכל קובץ."
            );
        }
        else if (Path.GetExtension(names[0]).ToLowerInvariant() is not (".csv" or ".tsv" or ".tab" or ".txt"))
        {
            draft.Problem(
                $"{names[0]} is no table it can read. Save it as .csv or .tsv.",
                $"{names[0]} אינו טבלה שאפשר לקרוא. יש לשמור אותו כ-.csv או .tsv."
            );
        }
        else if (names[0].StartsWith('/') || names[0].StartsWith('~') || names[0].Split('/').Contains(".."))
        {
            draft.Problem(
                $"{names[0]} is outside the agent's workspace. Copy it in with --file, or grant its folder with "
                    + "--folder, and name it without the leading path.",
                $"{names[0]} נמצא מחוץ לסביבת העבודה של הסוכן. אפשר להעתיק אותו פנימה עם --file או לתת גישה לתיקייה עם --folder."
            );
        }
    }

    private static void ThresholdProblems(IReadOnlyList<Threshold> thresholds, Draft draft)
    {
        if (thresholds.Count == 0)
        {
            draft.Problem(
                "It does not say when to tell you. Say a number, for example “when the total passes 1000”.",
                "לא נאמר מתי להודיע. יש לומר מספר, למשל “כשהסכום עובר את 1000”."
            );
        }
        else if (thresholds.Count > 1)
        {
            draft.Problem(
                "It names several thresholds. Say one; make an agent for each.",
                "יש במשפט כמה ספים. אפשר לומר אחד, וליצור סוכן לכל סף."
            );
        }
        else if (thresholds[0].Quantity.Percent)
        {
            draft.Problem(
                "Such a figure is compared with a number, not with a percentage. Say the number.",
                "ערך כזה מושווה למספר ולא לאחוז. יש לומר את המספר."
            );
        }
    }

    internal static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
