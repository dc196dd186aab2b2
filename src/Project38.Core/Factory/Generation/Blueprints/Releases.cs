using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Project38.Core.Factory.Generation.Blueprints.Asides;
using Project38.Core.Factory.Generation.Blueprints.Watching;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>Tells of new releases of a GitHub repository.</summary>
internal sealed partial class Releases : Blueprint
{
    private const string PublicApi = "https://api.github.com";

    private static readonly (Pattern, bool)[] _previews =
    [
        ("prereleases|previews|betas|candidates too|included|also|count|as well?", true),
        ("pre releases|release do|does not|don't|doesn't count|matter|interest me?", false),
        ("prereleases|previews|betas do not|don't count|matter|interest me?", false),
        ("that|which? is|are not|no an|a? pre release|releases", false),
        ("that|which? isn't|aren't a? pre release|releases", false),
        ("that|which? is|are|isn't|aren't not|no? a? prerelease|prereleases|beta|betas", false),
        (
            "but|and? not|no|without|ignore|ignoring|skip|skipping|except|excluding|exclude about|the|any|for? release candidates|candidate",
            false
        ),
        ("but|and? not|no about|of|any prereleases|betas|beta|previews versions|releases?", false),
        (
            "ignore|skip|without|no|not the|any? prereleases|betas|pre or|and|release|releases or|and? drafts|draft",
            false
        ),
        ("drafts|draft", false),
        ("לא|בלי על? גרסאות|גרסת? בטא|מקדימות|מקדימה", false),
        ("דלג|התעלם על|מ? גרסאות? מקדימות|בטא ו? טיוטות|וטיוטות?", false),
        ("גרסאות? מקדימות|בטא לא|אינן נחשבות|מעניינות|כלולות", false),
        ("שאינה|שאינן|שהיא|שהן לא? גרסה|גרסאות? מקדימה|מקדימות", false),
        ("including|include|with|and|or|even|plus|also the|its|any? pre release|releases|version|versions too?", true),
        (
            "including|include|with|and|or|even|plus|also the|its|any? prerelease|prereleases|beta|betas|preview|previews versions|releases? too?",
            true
        ),
        ("pre releases|release count|included too|also?", true),
        (
            "but|and? not|no|without|ignore|ignoring|skip|skipping|except|excluding|exclude|leave the|any|its|for|out? pre release|releases|version|versions",
            false
        ),
        (
            "but|and? not|no|without|ignore|ignoring|skip|skipping|except|excluding|exclude the|any|its|for? prerelease|prereleases|beta|betas|preview|previews versions|releases?",
            false
        ),
        ("but|and? do? not|don't tell|notify|alert me about|of pre releases|release|versions", false),
        ("only? stable|final|full release|releases|version|versions only?", false),
        ("כולל|גם|לרבות את? גרסאות|גרסה|גרסת? בטא|מקדימות|מקדימה|ניסיון|קדם|טרום", true),
        ("בלי|ללא|לא|ולא|חוץ|מלבד|למעט|התעלם מ? גרסאות|גרסה|גרסת? בטא|מקדימות|מקדימה|ניסיון|קדם|טרום", false),
        ("רק? גרסאות|גרסה? יציבות|יציבה|סופיות בלבד?", false),
    ];

    private static readonly Pattern[] _vocabulary =
    [
        "comes|come|came|goes out",
        "one|ones|which|had|has|use|ask|hear|s|listing|all",
        "release notes link|url|address",
        "כל|בכל פעם ש?",
        "with|its|their",
        "נמצא|נמצאת|היא|הוא|כתובת|אילו|יצאו|יצאה|מפרסם|מפרסמת|שאל|תשאל|כולן|עם|api",
        "new|newly|latest|newest|next|recent|release|releases|released|version|versions|publishes|published|publish|ships|shipped",
        "when|whenever|if|there is|are|has|have|comes|come|gets|is|are|was|out|appears|made|up|been?",
        "github|repository|repo|project|repositories|tool|library|package|api|at|by|on|under|via|using|from|base|address|tag",
        "is|are|has|have|been|there|was",
        "check|watch|follow|monitor|track|look|see|for|read|every|each|any|about|of",
        "tell|notify|alert|inform|message me about|of|on",
        "let me know about|of",
        "גרסה|גרסאות|הגרסה|הגרסאות|שחרור|מהדורה|מהדורות|גרסת|חדשה|חדשות|חדש|חדשים|יוצאת|יוצא|יוצאות|שיוצאת|מתפרסמת|מתפרסם|התפרסמה|פורסמה|מופיעה|יצאה",
        "כש|כאשר|אם|יש|שיש|כשיש|כל|על|עבור|מאגר|המאגר|במאגר|הפרויקט|פרויקט|github|בגיטהאב|גיטהאב",
        "בדוק|תבדוק|עקוב|תעקוב|אחרי|לבדוק",
        "תודיע|הודע|תעדכן|עדכן|תספר|תתריע|להודיע|שיודיע לי|אותי על",
    ];

    private static readonly HashSet<string> _said = Words.Of(
        "name tag version number title link url address",
        "שם תג התג והתג מספר גרסה קישור כתובת כותרת"
    );

    public override string Name => "releases";

    public override IReadOnlyList<LiveSource> Sources(JsonObject config) =>
        [
            .. LiveSource
                .Of(config, "api")
                .Select(api => new LiveSource($"{api.Url.TrimEnd('/')}/repos/{config["repository"]}/releases")),
        ];

    public override string Does(Language language) =>
        language.Say("tells you of new releases of a GitHub repository", "מודיע על גרסאות חדשות של מאגר ב-GitHub");

    public override string Example(Language language) =>
        language.Say(
            "Every day at 9 tell me when there is a new release of python/cpython",
            "כל יום ב-9 תודיע לי כשיש גרסה חדשה של python/cpython"
        );

    public override BlueprintReading? Read(Sentence sentence, TimeReader times)
    {
        if (!sentence.Rest.Any(SpeaksOfReleases))
        {
            return null;
        }
        NewsOnly.Take(sentence);
        var time = times.Take(sentence, clockAlone: false);
        Clauses.TakeOnce(sentence);
        Clauses.TakeContents(
            sentence,
            "name|tag|version|number|title|link|url|address|release|date|שם|הגרסה|קישור|הקישור|מספר"
        );
        MessageContents.Take(sentence, _said);
        Fillers.TakeTelling(sentence);
        var previews = sentence.TakeAll(_previews).Select(found => found.Meaning).Distinct().ToArray();
        var urls = sentence.TakeKind(TokenKind.Url).Select(Uptime.Address).Distinct().ToArray();
        if (urls.Any(url => url.EndsWith(".atom", StringComparison.OrdinalIgnoreCase)))
        {
            return null; // a feed like others
        }
        var named = sentence.Rest.Where(IsRepository).ToArray();
        sentence.TakeWords(named.Contains);
        var found = urls.Select(Found)
            .Concat(named.Select(token => (Repository: (string?)token.Text, Base: (string?)null)))
            .ToArray();
        sentence.TakeAny(_vocabulary);
        TakeNames(sentence, found.Select(one => one.Repository).OfType<string>());

        var repositories = found
            .Select(one => one.Repository)
            .OfType<string>()
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToArray();
        var bases = found.Select(one => one.Base).OfType<string>().Distinct().ToArray();
        var draft = new Draft(this, sentence, time);
        if (repositories.Length == 0)
        {
            draft.Problem(
                "No repository is named. Say which one, as owner/name or by its address on GitHub.",
                "לא נזכר מאגר. יש לומר איזה, כמו owner/name או לפי כתובתו ב-GitHub."
            );
        }
        else if (repositories.Length > 1 || bases.Length > 1)
        {
            draft.Problem(
                $"It names several repositories ({string.Join(", ", repositories)}). Say one; make an agent for each.",
                $"יש במשפט כמה מאגרים ({string.Join(", ", repositories)}). אפשר לומר אחד, וליצור סוכן לכל מאגר."
            );
        }
        if (previews.Length > 1)
        {
            draft.Problem(
                "It both wants pre-releases and does not. Say one.",
                "המשפט גם רוצה גרסאות מקדימות וגם לא. יש לומר אחד מהשניים."
            );
        }
        return draft.End(
            Draft.Hourly,
            () => Plan(repositories[0], bases.FirstOrDefault(PublicApi), previews.FirstOrDefault(), draft.Language)
        );
    }

    private static Plan Plan(string repository, string api, bool previews, Language language) =>
        new(
            new JsonObject
            {
                ["repository"] = repository,
                ["api"] = api,
                ["prereleases"] = previews,
            },
            language.Say($"Releases of {repository}", $"גרסאות של {repository}"),
            language.Say(
                $"asks {api} for the releases of {repository}, and tells you the new ones, "
                    + (previews ? "pre-releases too" : "without pre-releases")
                    + ", each once. The first run only remembers what is there",
                $"שואל את {api} על הגרסאות של {repository}, ומודיע על החדשות, "
                    + (previews ? "גם גרסאות מקדימות" : "בלי גרסאות מקדימות")
                    + ", כל אחת פעם אחת. הריצה הראשונה רק זוכרת מה כבר יש"
            )
        );

    private static bool SpeaksOfReleases(Token token) =>
        token.Is("release")
        || token.Is("releases")
        || token.Is("released")
        || token.Is("version")
        || token.Is("versions")
        || token.Is("גרסה")
        || token.Is("גרסאות")
        || token.Is("גרסת")
        || token.Is("מהדורה")
        || (token.Kind == TokenKind.Url && token.Text.Contains("/releases", StringComparison.Ordinal));

    private static bool IsRepository(Token token) =>
        token.Kind == TokenKind.Repository || (token.Kind == TokenKind.Word && token.Text.Count(c => c == '/') == 1);

    // github.com/owner/name; an API's /repos/owner/name; another server's owner/name, whose API is where GitHub
    // Enterprise has it; or a bare address, where the API is.
    private static (string? Repository, string? Base) Found(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
        {
            return (null, url);
        }
        var origin = uri.GetLeftPart(UriPartial.Authority);
        if (InApi().Match(uri.AbsolutePath) is { Success: true } api)
        {
            return (api.Groups["repository"].Value, origin + api.Groups["before"].Value);
        }
        if (OnSite().Match(uri.AbsolutePath) is { Success: true } site)
        {
            var repository = site.Groups["repository"].Value;
            return uri.Host is "github.com" or "www.github.com" ? (repository, null) : (repository, $"{origin}/api/v3");
        }
        return (null, url.TrimEnd('/'));
    }

    // "new releases of the uv tool astral-sh/uv": the words of its own name say nothing new.
    private static void TakeNames(Sentence sentence, IEnumerable<string> repositories)
    {
        var words = repositories.SelectMany(name => name.ToLowerInvariant().Split('/', '-', '_', '.')).ToArray();
        sentence.TakeWords(token => token.Kind == TokenKind.Word && words.Any(token.Is));
    }

    [GeneratedRegex(@"^(?<before>.*)/repos/(?<repository>[\w.-]+/[\w.-]+)(?:/releases)?/?$", RegexOptions.None, 1000)]
    private static partial Regex InApi();

    [GeneratedRegex(
        @"^/(?<repository>[\w.-]+/[\w.-]+?)(?:\.git)?(?:/releases(?:/.*)?|/tags)?/?$",
        RegexOptions.None,
        1000
    )]
    private static partial Regex OnSite();
}
