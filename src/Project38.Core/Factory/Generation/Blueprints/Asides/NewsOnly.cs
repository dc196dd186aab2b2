using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Asides;

/// <summary>What careful people add to a wish for news: silent at first, each once, all in one message.</summary>
/// <remarks>The agents that tell of news do just that, so these words are understood and change nothing.</remarks>
internal static class NewsOnly
{
    private static readonly HashSet<string> _once = Words.Of("once twice one פעם פעמיים");

    private static readonly HashSet<string> _each = Words.Of(
        "each every same it item entry one file line release post that כל אותו אותה פריט קובץ שורה גרסה את"
    );

    private static readonly HashSet<string> _eachOthers = Words.Of(
        "the a an about of is are be been should must only just more than not don't do never again me and exactly than",
        "article image document version them reported told notified",
        "על ידווח תדווח רק בלבד אחת לא אל לי יותר מ"
    );

    private static readonly HashSet<string> _message = Words.Of("message notification alert digest הודעה התראה");

    private static readonly HashSet<string> _inOne = Words.Of(
        "one a single in per run each for every all of them with together me send just listing containing into everything the new",
        "newest first names check",
        "send sending it me per digest",
        "אחת לכל ריצה כל הכול הכל כולם כולן את עם ב לי תשלח בדיקה"
    );

    private static readonly HashSet<string> _last = Words.Of(
        "run all it them everything check together אחת כולם כולן ריצה בדיקה יחד"
    );

    // What I have not seen is what is new.
    private static readonly Pattern[] _unseen =
    [
        "that|which|those? i|you haven't|have not|never yet? seen|read|had|reported|told|sent me|us? about? before|yet?",
        "that|which|those? i|we haven't|have not yet? been told|notified|alerted about|of? before|yet?",
        "that|which|those? were|was|are|is|weren't not? yet? there|in|present the? last|previous|time|run|check run|time|check?",
        "since the? last|previous run|check|time|look",
        "newest first",
        "ש? עוד|טרם לא? ראיתי|הודעת|ראית|שלחת|נשלחו עליהם|עליהן|לי?",
        "ש? לא היו|היה שם|בו|בפיד? בפעם|בריצה|בבדיקה הקודמת|האחרונה",
        "מאז הריצה|הבדיקה|הפעם הקודמת|האחרונה",
    ];

    /// <summary>Takes such clauses.</summary>
    /// <returns>Whether it says that the first run is to be silent.</returns>
    public static bool Take(Sentence sentence)
    {
        FailingSource.Take(sentence);
        var silent =
            Outline
                .Take(
                    sentence,
                    FirstRun.Inside,
                    words => FirstRun.Holds(words, news: true),
                    words => FirstRun.Says(words, news: true) ? words : null
                )
                .Count > 0;
        NoNews.Take(sentence);
        Outline.Take(sentence, IsOfOnce, words => _once.Find(words) >= 0, words => SaysEachOnce(words) ? words : null);
        Outline.Take(
            sentence,
            IsOfOne,
            words => _message.Find(words) >= 0,
            words => SaysOneMessage(words) ? words : null,
            anywhere: true
        );
        sentence.TakeAny(_unseen);
        OneTime.Take(sentence);
        return silent;
    }

    private static bool IsOfOnce(Token token) =>
        _once.Has(token) || _each.Has(token) || _eachOthers.Has(token) || Telling.Verbs.Has(token);

    // "Report each line once", "do not report an item twice".
    private static bool SaysEachOnce(IReadOnlyList<Token> words)
    {
        var twice = words.Any(word => word.Is("twice") || word.Is("פעמיים"));
        var once = words.Any(word => word.Is("once") || word.Is("פעם"));
        var negated = words.Any(Telling.Negations.Has);
        return _each.Find(words) >= 0 && Telling.Verbs.Find(words) >= 0 && (twice ? negated : once && !negated);
    }

    private static bool IsOfOne(Token token) => _message.Has(token) || _inOne.Has(token);

    private static bool SaysOneMessage(IReadOnlyList<Token> words) =>
        _message.Find(words) >= 0
        && (_message.Has(words[^1]) || _last.Has(words[^1]))
        && words.Any(word => word.Is("one") || word.Is("single") || word.Is("אחת"))
        && words.Any(word =>
            word.Is("in")
            || word.Is("per")
            || word.Is("all")
            || word.Is("each")
            || word.Is("לכל")
            || word.Is("כל")
            || word.Text is ['ב', ..]
        );
}
