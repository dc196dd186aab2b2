using System.Text.Json.Nodes;
using Project38.Core.Factory.Generation.Blueprints.Watching;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>Watches the price of a stock, a coin, an index or a commodity.</summary>
internal sealed class Quote : Blueprint
{
    private static readonly Source[] _sources = BlueprintFiles.Data<Source[]>("quote/sources.json");

    private static readonly (Pattern, int)[] _listed = [("<listed>", 0)];

    // Only beside a word of markets: capitals alone may be anything.
    private static readonly (Pattern, int)[] _tickers =
    [
        (
            "stock|stocks|share|shares|ticker|symbol|quote|price|prices|coin|מניה|מניית|מניות|מחיר|שער|סימול of|in|for|at|של|ה? <ticker>",
            0
        ),
        ("<ticker> stock|stocks|share|shares|quote|price|coin", 0),
        ("<ticker> is|goes|rises|falls|drops", 0),
        ("watch|track|follow|monitor|check|when|if <ticker>", 0),
    ];

    private static readonly (Pattern, int)[] _inCurrency = [("in|ב <currency>", 0)];

    private static readonly Pattern[] _vocabulary =
    [
        "an|per ounce|share|coin",
        "אונקיה|לאונקיה|שווה|עולה|נסחר|נסחרת|בדולרים|דולרים",
        "the? stock|share|coin|token|crypto|market price|prices|quote|quotes|value|rate",
        "stock|stocks|share|shares|coin|coins|token|crypto|cryptocurrency|ticker|symbol|company|index",
        "current|latest|live|market price|quote|value",
        "price|prices|quote|quotes|it|its|they|their|about",
        "מניה|מניית|מניות|מטבע|המטבע|קריפטו|סימול|חברה|חברת|מדד|של|ה?",
        "מחיר|שער|ערך|נוכחי|שווי של|ה?",
        "הוא|היא",
    ];

    private static readonly HashSet<string> _said =
    [
        "price",
        "prices",
        "symbol",
        "ticker",
        "percent",
        "percentage",
        "change",
        "changed",
        "rise",
        "drop",
        "stock",
        "quote",
        "מחיר",
        "סימול",
        "אחוז",
        "אחוזים",
        "שינוי",
        "שם",
        "מניה",
    ];

    public override string Name => "quote";

    public override string? OwnSource => "quote_url";

    public override IReadOnlyList<LiveSource> Sources(JsonObject config) =>
        [.. LiveSource.OwnThenPublic(config, "quote_url", "symbol")];

    public override string Does(Language language) =>
        language.Say(
            "watches the price of a stock or a coin and tells you when it rises or falls",
            "עוקב אחרי מחיר של מניה או מטבע ומודיע כשהוא עולה או יורד"
        );

    public override string Example(Language language) =>
        language.Say(
            "Every 5 minutes check the price of Tesla and tell me when it rises by 5%",
            "צור לי סוכן שעוקב אחרי מניות של טסלה ומתריע כאשר המחיר עולה ב-5%"
        );

    public override BlueprintReading? Read(Sentence sentence, TimeReader times)
    {
        var language = sentence.Language;
        var manners = Manners.Take(sentence);
        var conditions = Conditions.Take(sentence);
        var time = times.Take(sentence, clockAlone: false);
        var listings = Listed(sentence);
        if (listings.Length == 0)
        {
            return null;
        }
        MessageContents.Take(sentence, _said);
        Clauses.TakeContents(sentence, WatchWords.Held);
        Fillers.TakeTelling(sentence);
        var currencies = sentence.TakeAll(_inCurrency).Select(found => found.Match.Get<string>("currency")!);
        var units = conditions.Select(c => c.Unit).OfType<string>().Concat(currencies.ToArray()).Distinct().ToArray();
        var fields = Fields.Take(sentence);
        var urls = Addresses.Take(sentence);
        sentence.TakeAny(_vocabulary);
        WatchWords.Take(sentence, urls.Length > 0, several: conditions.Count > 1 || listings.Length > 1);
        Fillers.Take(sentence);

        var leftovers = Fillers.Leftovers(sentence);
        string[] problems =
        [
            .. time.Problems,
            .. Conditions.Problems(conditions, manners, language),
            .. Addresses.Problems(urls, needed: false, language),
            .. WatchWords.TimeProblems(time, language),
            .. Problems(listings, units, urls, fields, language),
        ];
        return problems.Length > 0 || leftovers.Count > 0
            ? new BlueprintReading
            {
                Blueprint = Name,
                Leftovers = leftovers,
                Problems = problems,
            }
            : Serve(
                new Asked(
                    listings[0],
                    conditions,
                    manners,
                    units.FirstOrDefault("USD"),
                    urls.FirstOrDefault(),
                    fields.Count > 0 ? fields[0] : null
                ),
                time,
                language
            );
    }

    // Symbols beside their names, as in "Tesla (TSLA)", are one listing.
    private static Listing[] Listed(Sentence sentence)
    {
        var tickers = sentence
            .Copy()
            .TakeAll(_tickers)
            .Select(found => found.Match.Get<Listing>("ticker")!)
            .Where(listing => Listings.Read(Tokenizer.Read(listing.Symbol), 0) is null)
            .ToArray();
        var known = sentence.TakeAll(_listed).Select(found => found.Match.Get<Listing>("listed")!).Distinct().ToArray();
        if (known.Length == 0)
        {
            sentence.TakeWords(token => tickers.Any(listing => listing.Symbol == token.Text));
            sentence.TakeWords(token => tickers.Length > 0 && token.Text == "$");
            return [.. tickers.Distinct()];
        }
        return known;
    }

    private sealed record Asked(
        Listing Listing,
        IReadOnlyList<Condition> Conditions,
        Manners Manners,
        string Currency,
        string? Url,
        string? Field
    );

    private BlueprintReading Serve(Asked asked, TimeReading time, Language language)
    {
        var (listing, conditions, manners, _, url, _) = asked;
        var when = time.When ?? new When("*/5 * * * *", time.Zone, Once: false, "every 5 minutes", "כל 5 דקות");
        var wishes = string.Join(language.Say(" or ", " או "), conditions.Select(c => c.Show(language)));
        var name = listing.Name(language);
        var shown = name == listing.Symbol ? name : $"{name} ({listing.Symbol})";
        return new BlueprintReading
        {
            Blueprint = Name,
            Leftovers = [],
            Problems = [],
            When = when,
            Config = Config(asked, language),
            AgentName = $"{name}: {wishes}",
            Understood = language.Say(
                $"{TableTotal.Capital(when.English)} ({when.TimeZone}): asks "
                    + (url is null ? "public sources, one after the other," : url)
                    + $" for the price of {shown}, and tells you when it is {wishes}: "
                    + $"{WatchWords.HowOften(conditions, manners, language)}."
                    + (url is null ? " An address of your own goes into the config key quote_url." : ""),
                $"{when.Hebrew} ({when.TimeZone}): שואל "
                    + (url is null ? "מקורות ציבוריים, זה אחר זה," : $"את {url}")
                    + $" מה המחיר של {shown}, ומודיע כשהוא {wishes}: {WatchWords.HowOften(conditions, manners, language)}."
                    + (url is null ? " כתובת משלך אפשר לכתוב במפתח quote_url." : "")
            ),
        };
    }

    private static JsonObject Config(Asked asked, Language language)
    {
        var (listing, conditions, manners, currency, url, field) = asked;
        var config = new JsonObject { ["symbol"] = listing.Symbol, ["name"] = listing.Name(language) };
        foreach (var condition in conditions)
        {
            condition.WriteTo(config);
        }
        manners.WriteTo(config, conditions);
        if (url is not null)
        {
            config["quote_url"] = url;
        }
        else
        {
            config["sources"] = Source.Fill(
                _sources.Where(source => source.Kind == listing.Kind),
                ("symbol", listing.Symbol),
                ("id", listing.Id ?? listing.Symbol),
                ("currency", currency),
                ("currency_lower", currency.ToLowerInvariant())
            );
        }
        if (field is not null)
        {
            config["field"] = field;
        }
        config["language"] = language.Code();
        return config;
    }

    private static IEnumerable<string> Problems(
        Listing[] listings,
        string[] units,
        string[] urls,
        IReadOnlyList<string> fields,
        Language language
    )
    {
        if (listings.Length > 1)
        {
            var names = string.Join(", ", listings.Select(listing => listing.Name(language)));
            yield return language.Say(
                $"It names several prices to watch ({names}). Say one; make an agent for each.",
                $"יש במשפט כמה מחירים לעקוב אחריהם ({names}). אפשר לומר אחד, וליצור סוכן לכל אחד."
            );
        }
        if (units.Length > 1 || (urls.Length == 0 && listings[0].Kind != "coin" && units.Any(unit => unit != "USD")))
        {
            yield return language.Say(
                "The public sources give this price in US dollars. Say the threshold in dollars, or name the address of a source.",
                "המקורות הציבוריים נותנים את המחיר הזה בדולרים. יש לומר את הסף בדולרים, או לתת כתובת של מקור."
            );
        }
        if (fields.Count > 1 || (fields.Count == 1 && urls.Length == 0))
        {
            yield return language.Say(
                $"Say one field of one address; it names {string.Join(", ", fields)}.",
                $"יש לומר שדה אחד של כתובת אחת; נזכרו {string.Join(", ", fields)}."
            );
        }
    }
}
