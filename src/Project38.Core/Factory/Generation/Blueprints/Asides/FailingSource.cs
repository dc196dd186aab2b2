using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Asides;

/// <summary>"If the page cannot be reached, say nothing", "a missing file means the run fails".</summary>
/// <remarks>What every agent of these blueprints does: such a run fails, tells nothing, and the next one tries again.</remarks>
internal static class FailingSource
{
    private static readonly HashSet<string> _conditions = Words.Of(
        "if when whenever should while case אם כש כאשר ואם במקרה"
    );

    private static readonly HashSet<string> _meanings = Words.Of("means is זה זו");

    private static readonly HashSet<string> _faults = Words.Of(
        "fails fail failed failing error errors down unreachable unavailable broken missing nonsense garbage invalid",
        "empty malformed unreadable absent gone offline timeout",
        "תקלה שגיאה שגיאות נכשל נכשלת חסר חסרה שבור שבורה שטויות ריק ריקה"
    );

    // Faults behind a "not".
    private static readonly HashSet<string> _wishes = Words.Of(
        "available reachable reached exist exists answer answers respond responds load loads loaded there found valid",
        "fetched read parsed opened open work works accessible readable",
        "זמין זמינה נגיש נגישה עונה מגיב מגיבה קיים קיימת נמצא נמצאת תקין תקינה נטען נטענת לקרוא לטעון להגיע שם לפתוח ניתן אפשר"
    );

    private static readonly HashSet<string> _passes = Words.Of(
        "skip skips ignore ignored wait waits retry try unchanged",
        "התעלם תתעלם דלג תדלג נסה תנסה חכה תחכה"
    );

    private static readonly HashSet<string> _runs = Words.Of("run runs agent task it הריצה ריצה הסוכן");

    private static readonly HashSet<string> _others = Words.Of(
        "the it that this a an my its page site website source server address url api service endpoint feed price request",
        "quote rate value field answer response file folder directory table log repository repo link data text json rss xml",
        "does do can could be been has have return returns returned give gives gave get gets or and just then stay keep me us",
        "for next until again later number time in of any with from to anything something as not no run runs treat still yet",
        "change changes isn't only simply leave at all on connection body column invalid please so status code us error",
        "המקור מקור אתר דף הדף שרת כתובת קובץ הקובץ תיקייה טבלה פיד העמוד הלוג מאגר API תשובה הבקשה בקשה ב-JSON JSON",
        "לא יש או מחזיר מחזירה נותן לי את מחיר ערך שער שדה שום מספר ה ו ב ש עוד פשוט הבאה בפעם בריצה לריצה שוב תעשה כלום דבר",
        "צריכה צריך חייבת להיכשל תיכשל ייכשל היא הוא זה שהתשובה אינה אינו שינוי עד אז את סטטוס אותו אותה"
    );

    private static readonly HashSet<string> _turned = Words.Of("anything something guess make longer אפשר דבר תעשה");

    private static readonly HashSet<string> _changes = Words.Of("change changes שינוי");

    /// <summary>Takes such clauses.</summary>
    public static void Take(Sentence sentence) =>
        Outline.Take(sentence, Inside, words => Fault(words) >= 0, words => Says(words) ? words : null);

    private static bool Inside(Token token) =>
        Outline.IsNamed(token)
        || _conditions.Has(token)
        || _meanings.Has(token)
        || _faults.Has(token)
        || _wishes.Has(token)
        || _passes.Has(token)
        || _others.Has(token)
        || _runs.Has(token)
        || Telling.Negations.Has(token)
        || Telling.Nothings.Has(token)
        || Telling.Silences.Has(token)
        || Telling.Verbs.Has(token);

    private static bool Says(IReadOnlyList<Token> words)
    {
        var states = _conditions.Find(words) < 0 && !words.Any(Words.IsHebrewWhen);
        if ((states && _meanings.Find(words) < 0) || Telling.In(words) == Told.Something)
        {
            return false;
        }
        if (
            !Telling.IsEachNegationOf(
                words,
                word => _wishes.Has(word) || _changes.Has(word) || Telling.Verbs.Has(word) || _turned.Has(word)
            )
        )
        {
            return false;
        }
        var fails = FailsTheRun(words);
        return Fault(words, except: fails) >= 0
            && (fails >= 0 || IsNoChange(words) || (!states && (IsPassed(words) || Telling.In(words) == Told.Nothing)));
    }

    private static int Fault(IReadOnlyList<Token> words, int except = -1)
    {
        for (var at = 0; at < words.Count; at++)
        {
            if (
                (at != except && _faults.Has(words[at]) && !Telling.IsNegated(words, at))
                || (_wishes.Has(words[at]) && words.Take(at).TakeLast(3).Any(Telling.Negations.Has))
            )
            {
                return at;
            }
        }
        return -1;
    }

    // "The run should fail": the word that says so, for it is not the fault; -1: it does not say it.
    private static int FailsTheRun(IReadOnlyList<Token> words)
    {
        for (var at = words.Count - 1; at > 0; at--)
        {
            if (
                (words[at].Is("fail") || words[at].Is("fails") || words[at].Is("failure") || IsHebrewFail(words[at]))
                && (words.Take(at).TakeLast(3).Any(_runs.Has) || words.Skip(at + 1).Take(2).Any(word => word.Is("run")))
                && !Telling.IsNegated(words, at)
            )
            {
                return at;
            }
        }
        return -1;
    }

    private static bool IsHebrewFail(Token word) =>
        word.Is("להיכשל") || word.Is("תיכשל") || word.Is("ייכשל") || word.Is("נכשלת") || word.Is("נכשל");

    private static bool IsPassed(IReadOnlyList<Token> words) =>
        _passes.Find(words) is >= 0 and var at && !Telling.IsNegated(words, at);

    private static bool IsNoChange(IReadOnlyList<Token> words) =>
        words
            .Index()
            .Any(word =>
                _changes.Has(word.Item)
                && (
                    Telling.IsNegated(words, word.Index)
                    || word.Index > 0 && Telling.Negations.Has(words[word.Index - 1])
                )
            );
}
