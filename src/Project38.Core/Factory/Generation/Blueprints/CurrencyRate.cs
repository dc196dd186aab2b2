using System.Text.Json.Nodes;
using Project38.Core.Factory.Generation.Blueprints.Watching;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>Watches what one currency costs in another.</summary>
internal sealed class CurrencyRate : Blueprint
{
    private static readonly Source[] _sources = BlueprintFiles.Data<Source[]>("currency-rate/sources.json");

    // "shekels per dollar" is what a dollar costs.
    private static readonly (Pattern, int)[] _per =
    [
        ("<currency> per|for|to|a|an each|every|one|a|single? <currency>", 0),
    ];

    private static readonly (Pattern, int)[] _one = [("1|one|a|single? <currency>", 0), ("<currency> אחד|אחת", 0)];

    private static readonly Pattern[] _vocabulary =
    [
        "the? official|representative? exchange|conversion|currency|fx? rate|rates|value|price|course of|between|for|from?",
        "exchange|currency|official|representative rate?",
        "cost|costs|worth|quoted|it|its|about|rate",
        "שערים|המרה",
        "to|against|versus|vs|in|per|into|with|over|compared? to|with?",
        "שער|שערו|ערך|מחיר|ערכו החליפין|היציג|יציג|חליפין? של|בין|ה?",
        "החליפין|היציג|מטבע|הוא|היא|עולה|שווה",
        "מול|לעומת|כנגד|ביחס|נגד|ל|ב|ה|ו|של ל|ה?",
    ];

    private static readonly HashSet<string> _said =
    [
        "rate",
        "rates",
        "value",
        "price",
        "currency",
        "currencies",
        "percent",
        "percentage",
        "change",
        "changed",
        "שער",
        "ערך",
        "מחיר",
        "אחוז",
        "אחוזים",
        "שינוי",
        "מטבע",
    ];

    public override string Name => "currency-rate";

    public override string? OwnSource => "rate_url";

    public override IReadOnlyList<LiveSource> Sources(JsonObject config) =>
        [.. LiveSource.OwnThenPublic(config, "rate_url", "base", "quote")];

    public override string Does(Language language) =>
        language.Say(
            "watches the rate of a currency and tells you when it rises or falls",
            "עוקב אחרי שער של מטבע ומודיע כשהוא עולה או יורד"
        );

    public override string Example(Language language) =>
        language.Say(
            "Every hour check the dollar and tell me when it goes above 3.80 shekels",
            "כל שעה תבדוק את שער הדולר ותודיע לי כשהוא יורד מתחת ל-3.60 שקלים"
        );

    public override BlueprintReading? Read(Sentence sentence, TimeReader times)
    {
        var language = sentence.Language;
        var manners = Manners.Take(sentence);
        var conditions = Conditions.Take(sentence);
        var time = times.Take(sentence, clockAlone: false);
        var fields = Fields.Take(sentence);
        if (Named(sentence) is not { Length: > 0 } named)
        {
            return null;
        }
        MessageContents.Take(sentence, _said);
        Clauses.TakeContents(sentence, WatchWords.Held);
        Fillers.TakeTelling(sentence);
        var urls = Addresses.Take(sentence);
        sentence.TakeAny(_vocabulary);
        WatchWords.Take(sentence, urls.Length > 0, several: conditions.Count > 1 || named.Length > 2);
        Fillers.Take(sentence);

        // What stands at the number is what the rate is counted in.
        var units = conditions.Select(c => c.Unit).OfType<string>().Distinct().ToArray();
        var other = named.Skip(1).Concat(units).FirstOrDefault(code => code != named[0]);
        if (other is null && urls.Length == 0 && language == Language.Hebrew && named[0] != "ILS")
        {
            other = "ILS";
        }
        var leftovers = Fillers.Leftovers(sentence);
        string[] problems =
        [
            .. time.Problems,
            .. Conditions.Problems(conditions, manners, language),
            .. Addresses.Problems(urls, needed: false, language),
            .. WatchWords.TimeProblems(time, language),
            .. Problems(named, units, other, urls, fields, language),
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
                    named[0],
                    other,
                    conditions,
                    manners,
                    urls.FirstOrDefault(),
                    fields.Count > 0 ? fields[0] : null
                ),
                time,
                language
            );
    }

    // The currency that is watched first, then the one it is counted in.
    private static string[] Named(Sentence sentence)
    {
        foreach (var token in sentence.Rest)
        {
            if (Currencies.Pair(token) is var (from, to))
            {
                sentence.TakeWords(one => one.Text == token.Text);
                sentence.TakeAll(_one);
                return [from, to];
            }
        }
        if (sentence.Copy().TakeAll(_per) is [var (_, match)] && Reversed(match))
        {
            sentence.TakeAll(_per);
            return [.. match.All<string>("currency").Reverse()];
        }
        return [.. sentence.TakeAll(_one).Select(found => found.Match.Get<string>("currency")!).Distinct()];
    }

    // "shekels per dollar", "shekels to the dollar", "שקלים לדולר": the plural comes first.
    private static bool Reversed(PatternMatch match) =>
        match.Tokens.Any(token => token.Is("per"))
        || (
            match.Tokens[0].Text is { } first
            && (
                first.EndsWith("els", StringComparison.OrdinalIgnoreCase)
                || first is "shekels" or "dollars" or "euros" or "pounds"
            )
        );

    private sealed record Asked(
        string From,
        string? To,
        IReadOnlyList<Condition> Conditions,
        Manners Manners,
        string? Url,
        string? Field
    );

    private BlueprintReading Serve(Asked asked, TimeReading time, Language language)
    {
        var when = time.When ?? new When("0 * * * *", time.Zone, Once: false, "every hour", "כל שעה");
        var (from, to, conditions, manners, url, field) = asked;
        var wishes = string.Join(language.Say(" or ", " או "), conditions.Select(c => c.Show(language)));
        var pair = to is null ? from : $"{from}/{to}";
        var config = new JsonObject { ["base"] = from };
        if (to is not null)
        {
            config["quote"] = to;
        }
        foreach (var condition in conditions)
        {
            condition.WriteTo(config);
        }
        manners.WriteTo(config, conditions);
        if (url is not null)
        {
            config["rate_url"] = url;
        }
        else
        {
            config["sources"] = Source.Fill(
                _sources.Where(source => source.Kind == "any" || (to == "ILS" && from is "USD" or "EUR" or "GBP")),
                ("base", from),
                ("quote", to!)
            );
        }
        if (field is not null)
        {
            config["field"] = field;
        }
        config["language"] = language.Code();
        var often = WatchWords.HowOften(conditions, manners, language);
        return new BlueprintReading
        {
            Blueprint = Name,
            Leftovers = [],
            Problems = [],
            When = when,
            Config = config,
            AgentName = $"{pair}: {wishes}",
            Understood = language.Say(
                $"{TableTotal.Capital(when.English)} ({when.TimeZone}): asks "
                    + (url is null ? "public sources, one after the other," : url)
                    + $" what one {Currencies.Show(from, language)} costs"
                    + (to is null ? "" : $" in {Currencies.Show(to, language)} ({pair})")
                    + $", and tells you when it is {wishes}: {often}."
                    + (url is null ? " An address of your own goes into the config key rate_url." : ""),
                $"{when.Hebrew} ({when.TimeZone}): שואל "
                    + (url is null ? "מקורות ציבוריים, זה אחר זה," : $"את {url}")
                    + $" כמה עולה {Currencies.Show(from, language)}"
                    + (to is null ? "" : $" ב{Currencies.Show(to, language)} ({pair})")
                    + $", ומודיע כשהשער {wishes}: {often}."
                    + (url is null ? " כתובת משלך אפשר לכתוב במפתח rate_url." : "")
            ),
        };
    }

    private static IEnumerable<string> Problems(
        string[] named,
        string[] units,
        string? other,
        string[] urls,
        IReadOnlyList<string> fields,
        Language language
    )
    {
        if (other is null && urls.Length == 0)
        {
            yield return language.Say(
                "It does not say in which currency. Say it, for example “above 3.80 shekels” or “USD/ILS”.",
                "לא נאמר באיזה מטבע. למשל “מעל 3.80 שקלים” או “USD/ILS”."
            );
        }
        if (named.Length > 2 || units.Any(unit => unit != other))
        {
            yield return language.Say(
                "Say two currencies: the one to watch, and the one it is counted in.",
                "יש לומר שני מטבעות: זה שעוקבים אחריו, וזה שבו הוא נמדד."
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
