using System.Text.Json.Nodes;
using Project38.Core.Factory.Generation.Blueprints.Asides;
using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Watching;

/// <summary>How to tell: once or each time, from the first run on or later, compared with what.</summary>
/// <remarks>
/// Much of what a careful sentence says is what a watching agent does anyway: a first look is silent, a failing
/// source tells nothing, a threshold is told once per crossing. Such words are understood, and change nothing.
/// </remarks>
internal sealed record Manners
{
    /// <summary>Tell one time in all.</summary>
    public bool OnceOnly { get; private init; }

    /// <summary>What must have been in between to tell again; empty: nothing is said of it.</summary>
    public IReadOnlyList<Repeat> Repeats { get; private init; } = [];

    /// <summary>Tell again only after the value came back.</summary>
    public bool BackFirst => Repeats.Count > 0;

    /// <summary>How far it must come back; null: over the threshold itself.</summary>
    public decimal? Again => Repeats.FirstOrDefault(repeat => repeat is { Stays: false, Number: not null })?.Number;

    /// <summary>What a text must have been in between; null: nothing is said of it.</summary>
    public string? AgainText => Repeats.Select(repeat => repeat.Text).FirstOrDefault(text => text is not null);

    /// <summary>Percentages that are named beside what they are compared with.</summary>
    public IReadOnlyList<decimal> Shares { get; private init; } = [];

    /// <summary>What a percentage is compared with: <c>alert</c>, <c>check</c>, <c>start</c>; null: unsaid.</summary>
    public string? Since { get; private init; }

    /// <summary>The first look tells nothing, whatever it sees.</summary>
    public bool QuietFirst { get; private init; }

    private static readonly (Pattern, string)[] _since =
    [
        (
            "above|below|over|since|from|compared? to|with? the? last|previous price|value|rate|one i|you was|were|have|had|last? been? told|alerted|notified? me? about|of?",
            "alert"
        ),
        (
            "since|from|against|compared|relative|versus|than to|with? the|its? price|value|rate|level? at the|its? start|beginning|outset",
            "start"
        ),
        (
            "since|from|against|compared|relative|versus|than to|with? the? price|value|rate|one|level at|of|in|from the|my|your? last|previous|latest alert|notification|message",
            "alert"
        ),
        (
            "since|from|against|compared|relative|versus to|with? the|my|your|its? last|previous|latest|prior|most? recent? alert|notification|message|one",
            "alert"
        ),
        ("since|from|than you|i? last? told|alerted|notified|messaged|was me|told|alerted?", "alert"),
        ("since the last time you told|alerted|notified|messaged me", "alert"),
        (
            "since|from|against|compared|relative|versus|than to|with? the|its|my? last|previous|prior check|run|reading|observation|look|visit|price|value|rate|time|quote",
            "check"
        ),
        (
            "or? since|from|against|compared|relative|versus|above|below|than to|with? the|its? first|initial|starting|original price|value|observation|reading|run|check|rate|quote|one you|it|that|i? first? saw|see|seen|read|recorded|observed?",
            "start"
        ),
        ("since the|its|your? creation|start|beginning|launch", "start"),
        ("since you|i|it? started|created|began|was? watching|running?", "start"),
        ("מאז|לעומת|ביחס|בהשוואה|מ|יחסית ל|מ? ההתראה|ההודעה|הפעם שהודעת|שהתרעת? האחרונה|הקודמת|לי?", "alert"),
        ("מאז|לעומת|ביחס|בהשוואה|מ|יחסית ל|מ? הבדיקה|הריצה|המחיר|הערך|השער|הפעם הקודמת|הקודם|האחרונה|האחרון", "check"),
        (
            "מאז|לעומת|ביחס|בהשוואה|מ|יחסית ל|מ? המחיר|הערך|השער|הבדיקה|הריצה|התצפית הראשון|הראשונה שראית|שנראה?",
            "start"
        ),
        ("מאז ההתחלה|היצירה|שהתחלת|שנוצר", "start"),
    ];

    // "…or since the first price if there was none": said behind "the last alert", it is the way it works.
    private static readonly Pattern[] _orFirst =
    [
        "before|until|till the? first|an|any? alert|then|one|that compare|compared|comparing|use|against? with|to|against? the? first|initial price|value|rate|one you? saw|seen|see|read?",
        "or|else|otherwise? if there has|have been no|none alert|alerts|notification|one yet|before|so? far?",
        "or|else|otherwise? if|when|while there was|were|is|has|have no|none|not|never been? alert|one|any? yet|so|before far?",
        "if|when|while there is|was|were no|none alert|one|message|notification? yet|before? the|use? first? price|value|one?",
        "או|ואם|אם|אחרת לא הייתה|היתה|היה התראה|כזו|כזאת? עדיין|עוד?",
    ];

    /// <summary>Takes all that is said of it.</summary>
    public static Manners Take(Sentence sentence)
    {
        FailingSource.Take(sentence);
        var names = sentence
            .Rest.Where(token => token.Kind is TokenKind.Quoted or TokenKind.Path)
            .SelectMany(token => token.Text.Split(' ', '.', '_', '-'))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var quiet =
            Outline
                .Take(
                    sentence,
                    token => FirstRun.Inside(token) || (token.Kind == TokenKind.Word && names.Contains(token.Text)),
                    words => FirstRun.Holds(words, news: false),
                    words => FirstRun.Says(words, news: false) ? words : null
                )
                .Count > 0;
        NoNews.Take(sentence);
        var repeats = Asides.Repeats.Take(sentence);
        string[] since = [.. Asides.Since.Take(sentence, out var shares)];
        since = [.. since.Concat(sentence.TakeAll(_since).Select(found => found.Meaning)).Distinct()];
        if (since is ["alert", "start"])
        {
            since = ["alert"];
            sentence.TakeAny(_orFirst);
        }
        else if (since is ["alert"])
        {
            sentence.TakeAny(_orFirst);
        }
        var once = OneTime.Take(sentence);
        once |= sentence.TakeAny("פעם אחת");
        return new Manners
        {
            QuietFirst = quiet,
            Repeats = repeats,
            Shares = shares,
            OnceOnly = once && repeats.Count == 0,
            Since = since.Length == 0 ? null : string.Join('+', since),
        };
    }

    /// <summary>Writes what differs from the default where the agents of these blueprints look for it.</summary>
    public void WriteTo(JsonObject config, IReadOnlyList<Condition> conditions)
    {
        if (Since is not (null or "alert"))
        {
            config["since"] = Since;
        }
        if (
            conditions is [{ IsPercent: false } one]
            && Repeats.FirstOrDefault(one.NeedsMore) is { Number: { } again } far
        )
        {
            config["again"] = JsonNumber.Of(again);
            if (far.Reached)
            {
                config["again_reached"] = true;
            }
        }
        if (OnceOnly)
        {
            config["only_once"] = true;
        }
        if (QuietFirst)
        {
            config["quiet_first"] = true;
        }
    }
}
