using System.Text.Json.Nodes;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>Asks a page whether it answers, and tells when it does not.</summary>
internal sealed class Uptime : Blueprint
{
    private const string Site = " the? my? site|website|page|server|service? <url>";
    private const string Up = "up|online|alive|reachable|available|working|responding|answering|running";
    private const string Down = "down|offline|unreachable|unavailable|dead|broken";

    // "tell me when it is up" is the opposite wish, so "up" counts only behind a verb of checking.
    private static readonly (Pattern, int)[] _asks =
    [
        ($"check|checks|verify|ensure|monitor|watch|see if|that|whether?{Site} is|stays still? {Up}", 0),
        ($"make sure that?{Site} is|stays still? {Up}", 0),
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
        ("when|whenever|if|once it fails|crashes", 0),
        ("כש|אם|כאשר האתר|השרת|הדף? <url> למטה|נופל|נפל|קורס|מושבת", 0),
        ("כש|אם|כאשר האתר|השרת|הדף? <url> לא עובד|עונה|זמין|מגיב|עולה", 0),
        ("כשהוא|אם|כאשר הוא? למטה|נופל|נפל|קורס|מושבת", 0),
        ("כשהוא|אם|כאשר הוא? לא עובד|עונה|זמין|מגיב|עולה", 0),
        ("בדוק|תבדוק|ודא|תוודא האם|אם|ש? האתר|השרת|הדף? <url> עובד|זמין|עונה|למעלה|מגיב", 0),
    ];

    private static readonly (Pattern, int)[] _failures =
    [
        ("after <count> failures|failed|failing checks|attempts|tries? in? a? row?", 0),
        ("<count> times in a row", 0),
        ("after <count> consecutive failures|checks|times?", 0),
        ("<count> פעמים ברצף", 0),
        ("אחרי <count> כישלונות|כשלונות ברצף?", 0),
    ];

    private static readonly (Pattern, int)[] _timeouts =
    [
        ("within|in <count> seconds|second|sec", 0),
        ("for|after <count> seconds", 0),
        ("with? an? timeout of <count> seconds", 0),
        ("תוך <count> שניות", 0),
    ];

    private static readonly Pattern[] _vocabulary =
    [
        "check|checks|checking|monitor|monitors|watch|ping|look at?",
        "site|website|page|server|service|uptime",
        "בדוק|תבדוק|שבודק|עקוב|תעקוב|נטר|תנטר אחרי?",
        "האתר|אתר|השרת|שרת|הדף",
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
        var language = sentence.Language;
        var time = times.Take(sentence, clockAlone: false);
        Fillers.TakeTelling(sentence);
        var timeouts = Counts(sentence.TakeAll(_timeouts));
        var failures = Counts(sentence.TakeAll(_failures));
        var asks = sentence.TakeAll(_asks);
        if (asks.Count == 0)
        {
            return null;
        }
        var urls = asks.Select(ask => ask.Match.Get<Token>("url"))
            .OfType<Token>()
            .Concat(sentence.TakeKind(TokenKind.Url))
            .Select(token => token.Text.Contains("://") ? token.Text : $"https://{token.Text}")
            .Distinct()
            .ToArray();
        sentence.TakeAny(_vocabulary);
        Fillers.Take(sentence);

        var problems = new List<string>(time.Problems);
        problems.AddRange(Problems(urls, failures, timeouts, time, language));
        var leftovers = Fillers.Leftovers(sentence);
        return problems.Count > 0 || leftovers.Count > 0
            ? new BlueprintReading
            {
                Blueprint = Name,
                Leftovers = leftovers,
                Problems = problems,
            }
            : Serve(urls[0], failures.FirstOrDefault(1), timeouts.FirstOrDefault(10), time, language);
    }

    private BlueprintReading Serve(string url, int failures, int timeout, TimeReading time, Language language)
    {
        var when = time.When ?? new When("*/5 * * * *", time.Zone, Once: false, "every 5 minutes", "כל 5 דקות");
        var host = new Uri(url).Host;
        return new BlueprintReading
        {
            Blueprint = Name,
            Leftovers = [],
            Problems = [],
            When = when,
            Config = new JsonObject
            {
                ["url"] = url,
                ["failures"] = failures,
                ["timeout"] = timeout,
                ["language"] = language.Code(),
            },
            AgentName = language.Say($"{host} is up", $"זמינות {host}"),
            Understood = language.Say(
                $"{TableTotal.Capital(when.English)} ({when.TimeZone}): asks {url}, and tells you when it does not answer "
                    + $"within {timeout} s or answers with an error"
                    + (failures > 1 ? $", {failures} times in a row" : "")
                    + ": once when it goes down, and once when it is back.",
                $"{when.Hebrew} ({when.TimeZone}): פונה אל {url}, ומודיע כשאין תשובה תוך {timeout} שניות או שהתשובה היא שגיאה"
                    + (failures > 1 ? $", {failures} פעמים ברצף" : "")
                    + ": פעם אחת כשהוא נופל, ופעם אחת כשהוא חוזר."
            ),
        };
    }

    private static IEnumerable<string> Problems(
        string[] urls,
        int[] failures,
        int[] timeouts,
        TimeReading time,
        Language language
    )
    {
        if (urls.Length == 0)
        {
            yield return language.Say(
                "No address is named. Say which site to ask, for example “https://example.com”.",
                "לא נזכרה כתובת. יש לומר איזה אתר לבדוק, למשל “https://example.com”."
            );
        }
        else if (urls.Length > 1)
        {
            yield return language.Say(
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
            yield return language.Say(
                $"{urls[0]} is no address it can ask. Write it as https://example.com/path, without a password.",
                $"{urls[0]} אינה כתובת שאפשר לפנות אליה. אפשר לכתוב https://example.com/path, בלי סיסמה."
            );
        }
        if (failures.Length > 1 || failures.Any(count => count is < 1 or > 100))
        {
            yield return language.Say(
                "Say one number of failures, from 1 to 100.",
                "יש לומר מספר כישלונות אחד, מ-1 עד 100."
            );
        }
        if (timeouts.Length > 1 || timeouts.Any(count => count is < 1 or > 60))
        {
            yield return language.Say(
                "Say one time to wait, from 1 to 60 seconds.",
                "יש לומר זמן המתנה אחד, מ-1 עד 60 שניות."
            );
        }
        if (time.When is { Once: true })
        {
            yield return language.Say(
                "That time comes only once. Say how often to look, for example “every 5 minutes”.",
                "הזמן הזה בא רק פעם אחת. יש לומר באיזו תדירות לבדוק, למשל “כל 5 דקות”."
            );
        }
    }

    private static int[] Counts(IReadOnlyList<(int, PatternMatch Match)> found) =>
        [.. found.SelectMany(one => one.Match.All<int>("count"))];
}
