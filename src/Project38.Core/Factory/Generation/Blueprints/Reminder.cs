using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>Says a text to the user at a time.</summary>
/// <remarks>
/// The text is the user's own and is said word for word, so its words need no meaning here. What sounds like a second
/// task in it is refused all the same, unless it stands in quotes: a reminder would only repeat it.
/// </remarks>
internal sealed partial class Reminder : Blueprint
{
    private static readonly Pattern[] _asks =
    [
        "remind|reminds me",
        "send|give|set me? a reminder",
        "set up? a reminder",
        "קבע|תקבע|צור|הגדר לי? תזכורת",
        "שלח|תשלח לי תזכורת",
        "reminder",
        "תזכיר|הזכר|להזכיר|תזכירי|שיזכיר|שתזכיר|יזכיר לי",
        "תזכורת",
    ];

    // "Tell me “Water the plants”", "send me a message saying “…”": the words stand in quotes, so they are sure to be said.
    private static readonly (Pattern, int)[] _says =
    [
        (
            "tell|notify|message|text|write|send|give|show me|us a|an|the|this|following? message|notification|alert|note|text|reminder? with|saying|that|which|reading? the? says|reads|text|words|message|line? <quoted>",
            0
        ),
        ("say|says <quoted>", 0),
        (
            "הודע|תגיד|אמור|כתוב|שלח|תזכיר|עדכן לי|אליי|אותי? את? ה? הודעה|התראה|תזכורת|מסר? עם|שאומרת|שאומר|שכתוב|ובה|בה? ה? טקסט|הטקסט|מילים|המילים|כתוב? <quoted>",
            0
        ),
    ];

    private static readonly (Pattern, int)[] _markers = [("to|that|about|of|for|ל|ש|על|כדי", 0)];

    // "Every day at 8 for a week": an end that no schedule has, and no text.
    private static readonly (Pattern, int)[] _durations =
    [
        ("for the? next|coming? a|an|one? <count>? days|day|weeks|week|months|month|hours|hour|years|year", 0),
        ("למשך|במשך <count>? יום|ימים|שבוע|שבועות|חודש|חודשים|שעה|שעות|שנה", 0),
        ("למשך|במשך שבועיים|יומיים|חודשיים|שעתיים", 0),
    ];

    // At the end of the text it may be such an end, unless it is so short that only the text can last as long.
    private static readonly (Pattern, int)[] _ends =
    [
        ("for the? next|coming? a|an|one? <count>? days|day|weeks|week|months|month|years|year", 0),
        ("למשך|במשך <count>? יום|ימים|שבוע|שבועות|חודש|חודשים|שנה|שנים", 0),
        ("למשך|במשך שבועיים|יומיים|חודשיים|שנתיים", 0),
    ];

    private static readonly string[] _prepositions =
    [
        "at",
        "on",
        "in",
        "by",
        "before",
        "after",
        "during",
        "except",
        "between",
        "from",
        "until",
        "and",
        "but",
        "or",
        "not",
        "חוץ",
        "פרט",
        "מלבד",
        "למעט",
        "לפני",
        "אחרי",
        "עד",
        "בין",
        "או",
        "לא",
    ];

    // Behind these stands a thing, which has a time of its own.
    private static readonly string[] _things = ["that", "about", "of", "for", "על"];

    private static readonly string[] _appointments =
    [
        "be",
        "arrive",
        "attend",
        "catch",
        "meet",
        "להיות",
        "להגיע",
        "לפגוש",
        "להופיע",
        "להיפגש",
    ];

    private static readonly Pattern[] _secondTask =
    [
        "tell|notify|alert|warn|message|inform|email|remind me",
        "let me know",
        "when|whenever|unless|until|if|only",
        "כאשר|כש|אם|אלא|עד",
        "תודיע|תגיד|תתריע|תזכיר לי",
    ];

    public override string Name => "reminder";

    public override string Does(Language language) =>
        language.Say("reminds you of something at a time", "מזכיר לך משהו בזמן שקבעת");

    public override string Example(Language language) =>
        language.Say("Remind me every Sunday at 9 to water the plants", "תזכיר לי כל יום ראשון ב-9 להשקות את העציצים");

    public override BlueprintReading? Read(Sentence sentence, TimeReader times)
    {
        var language = sentence.Language;
        var asked = Enumerable
            .Range(0, sentence.Rest.Count)
            .Select(at =>
                (At: at, Match: _asks.Select(ask => ask.At(sentence.Rest, at)).FirstOrDefault(m => m is not null))
            )
            .FirstOrDefault(found => found.Match is not null);
        if (asked.Match is null)
        {
            return Quoted(sentence, times);
        }

        // Before the ask only time and politeness; behind it time, a marker, and then the text with more time at its end.
        var tail = sentence.SplitAt(asked.At + asked.Match.Length);
        if (tail.Rest is [var first, _, ..] && first.Is("for") && tail.LongestAt(TimePhrases.All, 1) is not null)
        {
            tail.TakeRange(0, 1); // "a reminder for every Tuesday"
        }
        sentence.TakeWords(asked.Match.Tokens.Contains);
        var said = TakeTimes(sentence);
        said.AddRange(TakeLeading(tail));
        var complete = IsComplete(said);
        var stray = TakeMarker(tail, out var marker);
        var text = TakeText(tail, said, complete);
        Fillers.Take(sentence);

        var time = times.Combine(said, language, clockAlone: true);
        if (time.When is { Once: true })
        {
            sentence.TakeAny("once", "פעם אחת");
        }
        var quoted = tail.Rest is [{ Kind: TokenKind.Quoted }];
        IReadOnlyList<IReadOnlyList<Token>> strays = quoted ? [stray] : [stray, .. TimeWords.In(tail, said, complete)];
        IReadOnlyList<string> leftovers =
        [
            .. Fillers.Leftovers(sentence),
            .. strays.Where(words => words.Count > 0).Select(tail.Quote),
        ];
        var problems = new List<string>(time.Problems);
        problems.AddRange(Problems(text, tail, time, language));
        if (!quoted && tail.Copy().TakeLast(_ends) is (_, var ends))
        {
            problems.Add(
                language.Say(
                    $"“{ends.Text}” may be how long to go on reminding you, and a schedule made from a sentence has no "
                        + "end: leave it out, and pause the agent then. If it belongs to the text, put the text in quotes.",
                    $"“{ends.Text}” עשוי לומר כמה זמן להמשיך להזכיר, ולוח זמנים שנוצר ממשפט אינו נגמר: אפשר להשמיט זאת, "
                        + "ולהשהות את הסוכן אז. אם זה שייך לתוכן, יש לשים את התוכן במירכאות."
                )
            );
        }
        problems.AddRange(TextProblems(strays, Undecided(tail, marker, said, complete), language));
        if (problems.Count > 0 || leftovers.Count > 0)
        {
            return new BlueprintReading
            {
                Blueprint = Name,
                Leftovers = leftovers,
                Problems = problems,
            };
        }

        return Serve(text, time.When!, language);
    }

    // Without "remind", only words in quotes are a text, and beside them stands nothing but the time.
    private BlueprintReading? Quoted(Sentence sentence, TimeReader times)
    {
        var language = sentence.Language;
        if (sentence.Rest.Count(token => token.Kind == TokenKind.Quoted) != 1)
        {
            return null;
        }
        var said = TakeTimes(sentence);
        if (sentence.TakeAll(_says) is not [var (_, match)])
        {
            return null;
        }
        var time = times.Combine(said, language, clockAlone: true);
        if (time.When is { Once: true })
        {
            sentence.TakeAny("once", "פעם אחת");
        }
        Fillers.Take(sentence);
        var text = match.Get<Token>("quoted")!.Text;
        var leftovers = Fillers.Leftovers(sentence);
        string[] problems = [.. time.Problems, .. Problems(text, Sentence.Read($"\"{text}\""), time, language)];
        return problems.Length > 0 || leftovers.Count > 0
            ? new BlueprintReading
            {
                Blueprint = Name,
                Leftovers = leftovers,
                Problems = problems,
            }
            : Serve(text, time.When!, language);
    }

    private BlueprintReading Serve(string text, When when, Language language)
    {
        var config = new JsonObject { ["text"] = text, ["once"] = when.Once };
        return new BlueprintReading
        {
            Blueprint = Name,
            Leftovers = [],
            Problems = [],
            When = when,
            Config = config,
            AgentName = language.Say($"Reminder: {Short(text)}", $"תזכורת: {Short(text)}"),
            Understood = language.Say(
                $"{TableTotal.Capital(when.English)} ({when.TimeZone}): tells you “{text}”.",
                $"{when.Hebrew} ({when.TimeZone}): אומר לך “{text}”."
            ),
        };
    }

    private static List<TimePart> TakeTimes(Sentence sentence) =>
        [.. sentence.TakeAll(TimePhrases.All).SelectMany(TimePhrases.Parts)];

    // Time phrases that stand one behind another at the very beginning.
    private static List<TimePart> TakeLeading(Sentence tail)
    {
        var parts = new List<TimePart>();
        while (tail.TakeFirst(TimePhrases.All) is { } time)
        {
            parts.AddRange(TimePhrases.Parts(time));
        }
        return parts;
    }

    // Words that stand between the times and the marker belong to nobody.
    private static IReadOnlyList<Token> TakeMarker(Sentence tail, out Token? marker)
    {
        var rest = tail.Rest;
        marker = rest.Count > 0 ? rest[0] : null;
        if (tail.TakeFirst(_durations) is { } duration)
        {
            return duration.Match.Tokens;
        }
        if (rest.Count == 0 || tail.TakeFirst(_markers) is not null || BeginsText(rest[0]))
        {
            return [];
        }
        var to = Enumerable.Range(1, rest.Count - 1).FirstOrDefault(at => IsTo(rest[at]));
        var suspect = rest[0].Kind != TokenKind.Word || _prepositions.Any(rest[0].Is) || rest[0].Text is ['ב', ..];
        var stray = to > 0 && (suspect || !Token.IsHebrew(rest[to].Text[0])) ? rest.Take(to).ToArray() : [];
        tail.TakeRange(0, stray.Length);
        tail.TakeFirst(_markers);
        return stray;
    }

    // "Drink water" behind a colon, a quotation, a Hebrew infinitive.
    private static bool BeginsText(Token token) =>
        token.Kind == TokenKind.Quoted || token.Gap is ":" or "-" or "–" or "—" || token.Text is ['ל' or 'ש', ..];

    private static bool IsTo(Token token) =>
        token.Kind == TokenKind.Word && (token.Is("to") || token.Text is ['ל', _, _, ..] or ['ש', _, _, ..]);

    // A day and an hour, or a pace: nothing more is needed, so a time behind it is text.
    private static bool IsComplete(IReadOnlyList<TimePart> said) =>
        said.Any(part => part is TimePart.Interval or TimePart.OnceIn)
        || (said.Any(part => part is TimePart.Clock) && said.Any(IsDay));

    private static bool IsDay(TimePart part) =>
        part is TimePart.Days or TimePart.OnDate or TimePart.OnceOn or TimePart.OnceInDays;

    // Time at the end of the text is time, not text, unless that was said before.
    private static string TakeText(Sentence tail, List<TimePart> said, bool complete)
    {
        var hour = complete || said.Any(part => part is TimePart.Clock);
        var paced = said.Any(part => part is TimePart.Interval);
        while (tail.Copy().TakeLast(TimePhrases.All) is { } time)
        {
            var parts = TimePhrases.Parts(time).ToArray();
            var narrows = parts.All(part =>
                part is TimePart.Zone or TimePart.Except || (paced && part is TimePart.Window or TimePart.Days)
            );
            if (!narrows && (complete || (hour && parts.All(part => part is TimePart.Clock or TimePart.Part))))
            {
                break;
            }
            tail.TakeLast(TimePhrases.All);
            said.AddRange(parts);
        }
        return tail.Rest is [{ Kind: TokenKind.Quoted } quoted]
            ? quoted.Text
            : tail.Quote(tail.Rest).TrimEnd('.', '!', ' ');
    }

    // "About the meeting at 9", "to be there at 9": the hour may be the meeting's, and may be when to say it.
    private static bool Undecided(Sentence tail, Token? marker, IReadOnlyList<TimePart> said, bool complete) =>
        !complete
        && tail.Rest.Count > 0
        && tail.Rest[^1].End < tail.Text.TrimEnd('.', '!', '?', ' ').Length
        && said.Any(part => part is TimePart.Clock or TimePart.OnceOn or TimePart.OnceInDays or TimePart.OnDate)
        && (
            (marker is not null && _things.Any(marker.Is))
            || marker?.Text is ['ש', _, ..]
            || tail.Rest.Take(1).Any(word => _appointments.Any(word.Is))
        );

    private static IEnumerable<string> TextProblems(
        IReadOnlyList<IReadOnlyList<Token>> strays,
        bool undecided,
        Language language
    )
    {
        if (strays.Any(words => words.Count > 0))
        {
            yield return language.Say(
                "Say one time before “to”, for example “every day at 9 to stretch”. What belongs to the text of the "
                    + "reminder, put in quotes.",
                "יש לומר זמן אחד לפני התוכן, למשל “כל יום ב-9 להתמתח”. מה ששייך לתוכן התזכורת, יש לשים במירכאות."
            );
        }
        else if (undecided)
        {
            yield return language.Say(
                "The time at the end may be when to remind you, and may belong to the text. Say when before the text, "
                    + "for example “Remind me tomorrow at 8 to be there at 9”.",
                "הזמן שבסוף יכול להיות זמן התזכורת, ויכול להיות חלק מהתוכן. יש לומר מתי לפני התוכן, למשל “מחר ב-8 להגיע ב-9”."
            );
        }
    }

    private static IEnumerable<string> Problems(string text, Sentence tail, TimeReading time, Language language)
    {
        if (text.Length == 0)
        {
            yield return language.Say(
                "It does not say what to remind you of. Say it after “to”, for example “to water the plants”.",
                "לא נאמר מה להזכיר. למשל: “להשקות את העציצים”."
            );
        }
        else if (tail.Rest is not [{ Kind: TokenKind.Quoted }] && SoundsLikeMore(text, tail))
        {
            yield return language.Say(
                $"“{text}” sounds like more than a reminder: one is said at a time, and checks nothing. "
                    + "If these are the words to say, put them in quotes.",
                $"“{text}” נשמע כמו יותר מתזכורת: תזכורת נאמרת בזמן קבוע ואינה בודקת דבר. אם אלה המילים, יש לשים אותן במירכאות."
            );
        }
        if (time.When is null && time.Problems.Count == 0)
        {
            yield return language.Say(
                "It does not say when. Say a time, for example “every day at 8” or “tomorrow at 17:30”.",
                "לא נאמר מתי. למשל “כל יום ב-8” או “מחר ב-17:30”."
            );
        }
    }

    private static bool SoundsLikeMore(string text, Sentence tail) =>
        tail.Copy().TakeAny(_secondTask) || AnotherSentence().IsMatch(text);

    [GeneratedRegex(@"[!?;\n](?=\s*\p{L})|(?<!\b(?:Dr|Mr|Ms|Mrs|Prof|St))\.\s+(?=\p{L})", RegexOptions.None, 1000)]
    private static partial Regex AnotherSentence();

    private static string Short(string text) => text.Length <= 60 ? text : text[..59].TrimEnd() + "…";
}
