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
        "reminder",
        "תזכיר|הזכר|להזכיר|תזכירי|שיזכיר|שתזכיר|יזכיר לי",
        "תזכורת",
    ];

    private static readonly (Pattern, int)[] _markers = [("to|that|about|of|for|ל|ש|על|כדי", 0)];

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
            return null;
        }

        // Before the ask only time and politeness; behind it time, a marker, and then the text with more time at its end.
        var tail = sentence.SplitAt(asked.At + asked.Match.Length);
        sentence.TakeWords(asked.Match.Tokens.Contains);
        var said = TakeTimes(sentence);
        said.AddRange(TakeLeading(tail));
        var text = TakeText(tail, said);
        Fillers.Take(sentence);

        var time = times.Combine(said, language, clockAlone: true);
        var leftovers = Fillers.Leftovers(sentence);
        var problems = new List<string>(time.Problems);
        problems.AddRange(Problems(text, tail, time, language));
        if (problems.Count > 0 || leftovers.Count > 0)
        {
            return new BlueprintReading
            {
                Blueprint = Name,
                Leftovers = leftovers,
                Problems = problems,
            };
        }

        var when = time.When!;
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
        [.. sentence.TakeAll(TimePhrases.All).SelectMany(found => found.Meaning(found.Match))];

    // Time phrases that stand one behind another at the very beginning.
    private static List<TimePart> TakeLeading(Sentence tail)
    {
        var parts = new List<TimePart>();
        while (tail.TakeFirst(TimePhrases.All) is { } time)
        {
            parts.AddRange(time.Meaning(time.Match));
        }
        return parts;
    }

    // Time at the end of the text is time, not text.
    private static string TakeText(Sentence tail, List<TimePart> said)
    {
        tail.TakeFirst(_markers);
        while (tail.TakeLast(TimePhrases.All) is { } time)
        {
            said.AddRange(time.Meaning(time.Match));
        }
        return tail.Rest is [{ Kind: TokenKind.Quoted } quoted]
            ? quoted.Text
            : tail.Quote(tail.Rest).TrimEnd('.', '!', ' ');
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
