using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Asides;

/// <summary>"The first run stays silent", "items that are already there do not count".</summary>
internal static class FirstRun
{
    private static readonly HashSet<string> _firsts = Words.Of("first initial 1st start ראשונה ראשון ראשונות");

    private static readonly HashSet<string> _runs = Words.Of(
        "run runs check time look visit reading execution fetch poll pass round start looked ran saw",
        "ריצה פעם בדיקה קריאה הרצה ריצת בדיקת"
    );

    private static readonly HashSet<string> _alone = Words.Of("initially בהתחלה לראשונה מלכתחילה");

    private static readonly HashSet<string> _before = Words.Of(
        "already existing exist exists existed present old before earlier כבר קיים קיימת קיימים קיימות ישנות ישנים קודמים"
    );

    private static readonly HashSet<string> _keeps = Words.Of(
        "remember remembers remembered record records recorded store stores stored note notes noted learn learns save",
        "saves keep keeps memorize memorise baseline",
        "זכור תרשום רשום שמור זוכר זוכרת רושמת רושם שומרת שומר לומד לומדת"
    );

    private static readonly HashSet<string> _passes = Words.Of(
        "ignore ignores ignored ignoring skip skips skipped disregard התעלם תתעלם דלג תדלג מתעלמת"
    );

    private static readonly HashSet<string> _others = Words.Of(
        "on in at during for the its your very this that these those it them what which whatever everything all there",
        "is are was were be been being has have had will would should must may can only just simply and but or so then",
        "to of from with as a an any anything me us please yet ever instead stay stays stayed remain remains do does did",
        "take takes i you we when if get gets after since added written created posted appear appeared came",
        "compare compared nothing's how long where ends end position new seen known found run current news",
        "about not no",
        "item items entry entries post posts article articles headline headlines story stories episode episodes file",
        "files document documents line lines image images photo photos release releases version versions one ones link",
        "links event events match matches folder feed page text content contents price value rate state number baseline",
        "status level name size log list show shows ready",
        "על את של זה אלה אלו מה מי שם יש היה היו הן הם הוא היא גם רק פשוט אז כאשר כש אחרי לפני מאז עוד כל דבר ו ש ב ה ל",
        "פריט פריטים כתבה כתבות פוסט פוסטים ידיעות קובץ קבצים הקבצים שורה שורות גרסה גרסאות תמונות מסמכים כותרות רשומות",
        "המחיר מחיר ערך שער תוכן טקסט דף מצב סטטוס מספר אורך מיקום סוף נגמר איפה פיד תיקייה בודק בדקת שנוספו נוספו נכתבו",
        "צריך צריכה להשוות למה אליו שקיימים שקיימות שהיו תהיה תישאר הישאר היה בו בה אותו אותם חדשות חדשים כשבדקת בזה מלפני"
    );

    // Beside telling itself: "are not new", "no message", "there is nothing to compare with".
    private static readonly HashSet<string> _turned = Words.Of("new חדשות חדשים דבר anything compare להשוות למה");

    /// <summary>Whether a word may stand in such a clause.</summary>
    public static bool Inside(Token token) =>
        Outline.IsNamed(token)
        || _firsts.Has(token)
        || _runs.Has(token)
        || _alone.Has(token)
        || _before.Has(token)
        || _keeps.Has(token)
        || _passes.Has(token)
        || _others.Has(token)
        || Telling.Negations.Has(token)
        || Telling.Nothings.Has(token)
        || Telling.Silences.Has(token)
        || Telling.Verbs.Has(token);

    /// <summary>Whether words may speak of it at all.</summary>
    public static bool Holds(IReadOnlyList<Token> words, bool news) =>
        SpeaksOfIt(words) || (news && _before.Find(words) >= 0);

    /// <summary>Whether words say that the first run, or what it finds, is not told.</summary>
    /// <param name="words">A whole clause.</param>
    /// <param name="news">Whether it may also be said by what is there already, as of news.</param>
    public static bool Says(IReadOnlyList<Token> words, bool news)
    {
        if (
            !Holds(words, news)
            || words.Count(Telling.Negations.Has) > 1
            || !Telling.IsEachNegationOf(
                words,
                word => Telling.Verbs.Has(word) || Telling.Nothings.Has(word) || _turned.Has(word)
            )
        )
        {
            return false;
        }
        var said = Telling.In(words);
        return said == Told.Nothing
            || (said == Told.Unsaid && (IsPassed(words) || Keeps(words) || OnlyAfter(words) || IsNothingNew(words)));
    }

    private static bool SpeaksOfIt(IReadOnlyList<Token> words)
    {
        for (var at = 0; at < words.Count; at++)
        {
            if (
                _alone.Has(words[at])
                || (_firsts.Has(words[at]) && (IsRun(words, at - 1) || IsRun(words, at + 1)))
                || (words[at].Is("first") && at > 0 && words[at - 1].Is("at"))
                || (words[at].Is("start") && (at == 0 || words[at - 1].Is("the")))
                || (words[at].Is("first") && at + 1 < words.Count && words[at + 1].Is("you"))
            )
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsRun(IReadOnlyList<Token> words, int at) =>
        at >= 0 && at < words.Count && _runs.Has(words[at]) && !words[at].Is("start");

    private static bool Keeps(IReadOnlyList<Token> words) =>
        _keeps.Find(words) is >= 0 and var at && !Telling.IsNegated(words, at);

    private static bool IsPassed(IReadOnlyList<Token> words) =>
        _passes.Find(words) is >= 0 and var at && !Telling.IsNegated(words, at);

    // "Only lines added after the first run."
    private static bool OnlyAfter(IReadOnlyList<Token> words) =>
        words.Any(word => word.Is("only") || word.Is("רק"))
        && words.Any(word => word.Is("after") || word.Is("since") || word.Is("אחרי") || word.Is("מאז"));

    // "Lines present at the first run are not new."
    private static bool IsNothingNew(IReadOnlyList<Token> words) =>
        words
            .Index()
            .Any(word =>
                (word.Item.Is("new") || word.Item.Is("חדשות") || word.Item.Is("חדשים"))
                && Telling.IsNegated(words, word.Index)
            );
}
