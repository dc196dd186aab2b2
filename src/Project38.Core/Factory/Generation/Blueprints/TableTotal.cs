using System.Text.Json.Nodes;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>Adds up a column of a CSV file and tells when the total passes a threshold.</summary>
internal sealed class TableTotal : Blueprint
{
    private static readonly Pattern[] _asks =
    [
        "add|adds|adding up? all? the? numbers|values|amounts?",
        "sum up?",
        "total up",
        "count|tally up",
        "calculate|compute|work|check out? the? total|sum",
        "the? total|sum of?",
        "סכם|תסכם|לסכם|שמסכם|חבר|תחבר|לחבר",
        "הסכום|סכום|סך|הסך הכל|הכולל?",
        "סה\"כ",
    ];

    private static readonly Pattern[] _vocabulary =
    [
        "when|whenever|once|if|as soon? as? the? total|sum|it",
        "when|whenever|if",
        "as soon as",
        "once",
        "file|table|spreadsheet|sheet|csv|numbers|values|amounts",
        "כאשר|כש|אם|ברגע|פעם",
        "קובץ|הקובץ|בקובץ|טבלה|הטבלה|בטבלה|המספרים|הסכומים",
    ];

    private static readonly (Pattern, int)[] _column =
    [
        ("column <name>", 0),
        ("<name> column", 0),
        ("עמודת|בעמודת|בעמודה|העמודה|עמודה <name>", 0),
    ];

    public override string Name => "table-total";

    public override string Does(Language language) =>
        language.Say(
            "adds up a column of a CSV file and tells you when the total passes a number",
            "מסכם עמודה בקובץ CSV ומודיע כשהסכום עובר מספר"
        );

    public override string Example(Language language) =>
        language.Say(
            "Every day at 8 add up expenses.csv and tell me when the total passes 1000",
            "כל יום ב-8 סכם את expenses.csv ותודיע לי כשהסכום עובר את 1000"
        );

    public override BlueprintReading? Read(Sentence sentence, TimeReader times)
    {
        var language = sentence.Language;
        var time = times.Take(sentence, clockAlone: false);
        var files = sentence.TakeKind(TokenKind.File);
        var thresholds = Thresholds.Take(sentence);
        Fillers.TakeTelling(sentence);
        if (!sentence.TakeAny(_asks))
        {
            return null;
        }
        var columns = sentence.TakeAll(_column).Select(c => c.Match.Get<Token>("name")!.Text).ToArray();
        sentence.TakeAny(_vocabulary);
        TakeNamesOf(files, sentence);
        Fillers.Take(sentence);

        var problems = new List<string>(time.Problems);
        problems.AddRange(FileProblems(files, language));
        problems.AddRange(ThresholdProblems(thresholds, language));
        if (columns.Length > 1)
        {
            problems.Add(language.Say("It names several columns. Say one.", "יש במשפט כמה עמודות. אפשר לומר אחת."));
        }
        if (time.When is { Once: true })
        {
            problems.Add(
                language.Say(
                    "That time comes only once. Say how often to look, for example “every day at 8”.",
                    "הזמן הזה בא רק פעם אחת. יש לומר באיזו תדירות לבדוק, למשל “כל יום ב-8”."
                )
            );
        }

        var leftovers = Fillers.Leftovers(sentence);
        if (problems.Count > 0 || leftovers.Count > 0)
        {
            return new BlueprintReading
            {
                Blueprint = Name,
                Leftovers = leftovers,
                Problems = problems,
            };
        }
        var when =
            time.When ?? new When("0 8 * * *", time.Zone, Once: false, "every day at 08:00", "כל יום בשעה 08:00");
        return Serve(files[0].Text, columns.FirstOrDefault(), thresholds[0], when, language);
    }

    private BlueprintReading Serve(string file, string? column, Threshold threshold, When when, Language language)
    {
        var number = Numbers.Show(threshold.Quantity.Value);
        var config = new JsonObject { ["file"] = file };
        if (column is not null)
        {
            config["column"] = column;
        }
        config["threshold"] = JsonNode.Parse(threshold.Quantity.Value.ToString("0.######", null));
        config["direction"] = threshold.Above ? "above" : "below";
        config["once"] = true;
        config["language"] = language.Code();
        var stem = Path.GetFileNameWithoutExtension(file);
        return new BlueprintReading
        {
            Blueprint = Name,
            Leftovers = [],
            Problems = [],
            When = when,
            Config = config,
            AgentName = language.Say(
                $"{char.ToUpperInvariant(stem[0])}{stem[1..]} total {(threshold.Above ? "over" : "under")} {number}",
                $"סכום {stem} {(threshold.Above ? "מעל" : "מתחת ל-")} {number}"
            ),
            Understood = language.Say(
                $"{Capital(when.English)} ({when.TimeZone}): adds up "
                    + (column is null ? "the column of numbers" : $"the column “{column}”")
                    + $" in {file} in its workspace, and tells you when the total is {(threshold.Above ? "above" : "below")} {number}"
                    + $": once, and again only after the total came back {(threshold.Above ? "down to" : "up to")} {number} in between.",
                $"{when.Hebrew} ({when.TimeZone}): מסכם את "
                    + (column is null ? "עמודת המספרים" : $"העמודה “{column}”")
                    + $" בקובץ {file} שבסביבת העבודה שלו, ומודיע כשהסכום {(threshold.Above ? "מעל" : "מתחת ל-")} {number}"
                    + ": פעם אחת, ושוב רק אחרי שהסכום חזר בינתיים."
            ),
        };
    }

    // "my expenses in expenses.csv": the words of the file's own name say nothing new.
    private static void TakeNamesOf(IReadOnlyList<Token> files, Sentence sentence)
    {
        var words = files
            .SelectMany(file => Path.GetFileNameWithoutExtension(file.Text).Split('_', '-', ' ', '.'))
            .Where(word => word.Length > 2)
            .Select(word => word.ToLowerInvariant())
            .ToArray();
        sentence.TakeWords(token => token.Kind == TokenKind.Word && words.Any(token.Is));
    }

    private static IEnumerable<string> FileProblems(IReadOnlyList<Token> files, Language language)
    {
        var names = files.Select(file => file.Text).Distinct().ToArray();
        if (names.Length == 0)
        {
            yield return language.Say(
                "No file is named. Say which one to add up, for example “expenses.csv”.",
                "לא נזכר קובץ. יש לומר איזה קובץ לסכם, למשל “expenses.csv”."
            );
        }
        else if (names.Length > 1)
        {
            yield return language.Say(
                $"It names several files ({string.Join(", ", names)}). Say one; make an agent for each.",
                $"יש במשפט כמה קבצים ({string.Join(", ", names)}). אפשר לומר אחד, וליצור סוכן לכל קובץ."
            );
        }
        else if (Path.GetExtension(names[0]).ToLowerInvariant() is not (".csv" or ".tsv"))
        {
            yield return language.Say(
                $"{names[0]} is no table it can read. Save it as .csv or .tsv.",
                $"{names[0]} אינו טבלה שאפשר לקרוא. יש לשמור אותו כ-.csv או .tsv."
            );
        }
        else if (names[0].StartsWith('/') || names[0].StartsWith('~') || names[0].Split('/').Contains(".."))
        {
            yield return language.Say(
                $"{names[0]} is outside the agent's workspace. Copy it in with --file, or grant its folder with "
                    + "--folder, and name it without the leading path.",
                $"{names[0]} נמצא מחוץ לסביבת העבודה של הסוכן. אפשר להעתיק אותו פנימה עם --file או לתת גישה לתיקייה עם --folder."
            );
        }
    }

    private static IEnumerable<string> ThresholdProblems(IReadOnlyList<Threshold> thresholds, Language language)
    {
        if (thresholds.Count == 0)
        {
            yield return language.Say(
                "It does not say when to tell you. Say a number, for example “when the total passes 1000”.",
                "לא נאמר מתי להודיע. יש לומר מספר, למשל “כשהסכום עובר את 1000”."
            );
        }
        else if (thresholds.Count > 1)
        {
            yield return language.Say(
                "It names several thresholds. Say one; make an agent for each.",
                "יש במשפט כמה ספים. אפשר לומר אחד, וליצור סוכן לכל סף."
            );
        }
        else if (thresholds[0].Quantity.Percent)
        {
            yield return language.Say(
                "A total is compared with a number, not with a percentage. Say the number.",
                "סכום מושווה למספר ולא לאחוז. יש לומר את המספר."
            );
        }
    }

    internal static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
