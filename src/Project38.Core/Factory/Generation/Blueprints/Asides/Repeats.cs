using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Asides;

/// <summary>"Again only after it was below 900", "silent until it has come back", "once per outage".</summary>
internal static class Repeats
{
    private static readonly HashSet<string> _again = Words.Of("again anew שוב ושוב");
    private static readonly HashSet<string> _after = Words.Of("after once when if unless אחרי לאחר כש כאשר אם");

    // "Once told, …", "after you have told me": no condition.
    private static readonly HashSet<string> _told = Words.Of("told שהודעת");
    private static readonly HashSet<string> _heads = Words.Of(
        "do don't never only and but then once stay be keep just not after one no again in remain so",
        "אל ואל לא ולא שוב ושוב רק פעם שתוק ואז אחרי הודעה התראה אבל היה הישאר תהיה תישאר"
    );
    private static readonly HashSet<string> _that = Words.Of("that this it זה כן מכן");
    private static readonly HashSet<string> _until = Words.Of("until till before unless עד");
    private static readonly HashSet<string> _ones = Words.Of("once one single פעם אחת");
    private static readonly HashSet<string> _per = Words.Of("per each every for לכל בכל כל");

    private static readonly HashSet<string> _events = Words.Of(
        "crossing drop drops rise rises fall change outage incident failure event turn turns times time passing it crosses",
        "ירידה עלייה נפילה תקלה מעבר חצייה פעם שינוי השבתה"
    );

    private static readonly HashSet<string> _low = Words.Of(
        "below under beneath less lower fewer מתחת פחות ומטה נמוך נמוכה קטן"
    );

    private static readonly HashSet<string> _high = Words.Of(
        "above over more higher greater מעל יותר ומעלה גבוה גבוהה גדול"
    );

    private static readonly HashSet<string> _sinks = Words.Of(
        "down drops dropped drop fallen falls fell fall sunk decreased ירד ירדה יורד יורדת תרד יירד"
    );

    private static readonly HashSet<string> _climbs = Words.Of(
        "up risen rises rose climbed climbs increased exceeded reaches reached עלה עלתה עולה יעלה תעלה"
    );

    private static readonly HashSet<string> _goes = Words.Of(
        "gone disappeared disappears vanished removed missing absent נעלם נעלמה נעלמו נעלמת הוסר הוסרה"
    );

    private static readonly HashSet<string> _comes = Words.Of(
        "contains contain appears appeared there shown shows present מופיע מופיעה מכיל"
    );

    private static readonly HashSet<string> _others = Words.Of(
        "tell notify alert and but then only just do me us it so to at or the a an that this its their of in on has have had",
        "is was were been be are goes go come comes came back returned returns recovered recovers first between meantime",
        "meanwhile normal otherwise different else something price value rate level total sum average mean minimum maximum",
        "figure number count text word words phrase page status field state threshold limit stock share coin quote lowest",
        "highest as long so while stays stay remains remain still keep keeps told once after already been exactly equal equals",
        "than most least gotten got moved moves dollars dollar shekels shekel euros euro mark point degrees working fine ok",
        "works answering answers available reachable online since happens same then again them goes long turned",
        "לי את ה ו ב ל ש מ או זה הוא היא היה הייתה יהיה תהיה חזר חזרה חוזר חוזרת יחזור תחזור בינתיים קודם רק בלבד אליו אליה",
        "המחיר מחיר הערך ערך השער שער הסכום סכום ממוצע הסטטוס המילה המילים הטקסט הדף כבר אחר אחרת משהו נשאר נשארת עדיין כל עוד",
        "זמן ואז אחרי שהודעת על דולר שקלים שקל שם מעליו מתחתיו ההודעה ההתראה זו זאת נמצא נמצאת קורה עבד עובד שזה מקסימום מינימום לסף הסף למטה זמין נופל מושבת לא"
    );

    /// <summary>Takes such clauses.</summary>
    public static IReadOnlyList<Repeat> Take(Sentence sentence) => Outline.Take(sentence, Inside, Holds, Read);

    private static bool Inside(Token token) =>
        token.Kind is TokenKind.Quoted or TokenKind.Number
        || _again.Has(token)
        || _after.Has(token)
        || _until.Has(token)
        || _ones.Has(token)
        || _per.Has(token)
        || _events.Has(token)
        || _low.Has(token)
        || _high.Has(token)
        || _sinks.Has(token)
        || _climbs.Has(token)
        || _goes.Has(token)
        || _comes.Has(token)
        || _others.Has(token)
        || Telling.Negations.Has(token)
        || Telling.Silences.Has(token)
        || Telling.Verbs.Has(token);

    private static bool Holds(IReadOnlyList<Token> words) =>
        Again(words) >= 0 || _until.Find(words) >= 0 || While(words) >= 0 || _ones.Find(words) >= 0;

    private static Repeat? Read(IReadOnlyList<Token> words)
    {
        if (
            (!_heads.Has(words[0]) && !Telling.Verbs.Has(words[0]))
            || words.Count(Telling.Negations.Has) > 1
            || !Telling.IsEachNegationOf(
                words,
                word => Telling.Verbs.Has(word) || _again.Has(word) || _ones.Has(word) || word.Is("do")
            )
        )
        {
            return null;
        }
        var until = _until.Find(words);
        if (until >= 0)
        {
            IReadOnlyList<Token> held = [.. words.Take(until)];
            return !IsWish(held) && IsHeld(held) ? Until([.. words.Skip(until + 1)]) : null;
        }
        var still = While(words);
        if (still >= 0)
        {
            IReadOnlyList<Token> before = [.. words.Take(still)];
            IReadOnlyList<Token> behind = [.. words.Skip(still)];
            return !IsWish(before) && IsQuiet(before) && Telling.Verbs.Find(behind) < 0
                ? State(behind, stays: true)
                : null;
        }
        var again = Again(words);
        var after = again < 0 ? -1 : LastAfter(words, again);
        if (after >= 0)
        {
            IReadOnlyList<Token> before = [.. words.Take(after)];
            IReadOnlyList<Token> behind = [.. words.Skip(after + 1)];
            return
                !IsWish([.. words.Take(again)])
                && !before.Any(word => word.Kind == TokenKind.Number || Telling.Negations.Has(word))
                && Telling.Verbs.Find(behind) < 0
                && behind.Count > 0
                ? State(behind, stays: false)
                : null;
        }
        return IsPerEvent(words) ? new Repeat(Side.Either, null, true, null, null, false, null) : null;
    }

    // What is to be told is no part of how often it is.
    private static bool IsWish(IReadOnlyList<Token> words) =>
        words.Any(word => word.Kind is TokenKind.Number or TokenKind.Quoted)
        || !words.Any(_told.Has)
            && words
                .Index()
                .Any(word =>
                    _after.Has(word.Item)
                    && !_ones.Has(word.Item)
                    && !(word.Index + 1 < words.Count && _that.Has(words[word.Index + 1]))
                );

    private static int Again(IReadOnlyList<Token> words)
    {
        for (var at = 0; at < words.Count; at++)
        {
            if (_again.Has(words[at]) || (words[at].Is("more") && at > 0 && words[at - 1].Is("once")))
            {
                return at;
            }
        }
        return -1;
    }

    private static int While(IReadOnlyList<Token> words)
    {
        for (var at = 0; at < words.Count; at++)
        {
            var next = at + 1 < words.Count ? words[at + 1] : null;
            if (
                words[at].Is("while")
                || (words[at].Is("long") && next?.Is("as") == true)
                || (words[at].Is("כל") && (next?.Is("עוד") == true || next?.Is("זמן") == true))
            )
            {
                return at;
            }
        }
        return -1;
    }

    private static int LastAfter(IReadOnlyList<Token> words, int again)
    {
        for (var at = words.Count - 1; at > again; at--)
        {
            if (_after.Has(words[at]) && !(words[at].Is("once") && at + 1 < words.Count && words[at + 1].Is("more")))
            {
                return at;
            }
        }
        return -1;
    }

    // "Do not tell me again", "stay silent", "only once": what lasts until something.
    private static bool IsHeld(IReadOnlyList<Token> words) =>
        IsQuiet(words)
        || (
            _ones.Find(words) is >= 0 and var at
            && !words.Skip(at).Any(Telling.Negations.Has)
            && words.All(word => word.Kind != TokenKind.Number)
        );

    private static bool IsQuiet(IReadOnlyList<Token> words) =>
        words.Any(word => Telling.Silences.Has(word) || Telling.Verbs.Has(word) || _again.Has(word) || _ones.Has(word))
        && words.Index().All(word => !Telling.Silences.Has(word.Item) || !Telling.IsNegated(words, word.Index))
        && (words.Any(Telling.Silences.Has) || words.Any(Telling.Negations.Has));

    private static Repeat? Until(IReadOnlyList<Token> words)
    {
        // "… until it drops below 195, then tell me again when it reaches 200".
        var then = Telling.Verbs.Find(words);
        if (then < 0)
        {
            return State(words, stays: false);
        }
        IReadOnlyList<Token> tail = [.. words.Skip(then)];
        return
            Again(tail) >= 0
            && State([.. words.Take(then)], stays: false) is { } first
            && State(tail, stays: false) is { Number: { } next }
            ? first with
            {
                Next = next,
            }
            : null;
    }

    private static bool IsPerEvent(IReadOnlyList<Token> words) =>
        _ones.Find(words) >= 0
        && words.All(word => word.Kind is TokenKind.Word && !Telling.Negations.Has(word))
        && words
            .Index()
            .Any(word =>
                _per.Has(word.Item)
                && word.Index + 1 < words.Count
                && words.Skip(word.Index + 1).Take(2).Any(_events.Has)
            );

    private static Repeat? State(IReadOnlyList<Token> words, bool stays)
    {
        var numbers = new List<decimal>();
        for (var at = 0; at < words.Count; )
        {
            if (words[at].Kind == TokenKind.Number && Numbers.Read(words, at) is (Quantity number, var length))
            {
                if (number.Percent)
                {
                    return null;
                }
                numbers.Add(number.Value);
                at += length;
            }
            else
            {
                at++;
            }
        }
        var quoted = words.Where(word => word.Kind == TokenKind.Quoted).ToArray();
        if (
            numbers.Count > 1
            || quoted.Length > 1
            || words.Any(word => word.Is("most") || word.Is("least")) && numbers.Count == 0
        )
        {
            return null;
        }
        var low = words.Any(_low.Has) || words.Any(word => word.Is("most"));
        var high = words.Any(_high.Has) || words.Any(word => word.Is("least"));
        if (low && high)
        {
            return null;
        }
        var side =
            low ? Side.Low
            : high ? Side.High
            : Sunk(words);
        var reached =
            !(low || high)
            || words.Any(word =>
                word.Is("or")
                || word.Is("most")
                || word.Is("least")
                || word.Is("ומטה")
                || word.Is("ומעלה")
                || word.Text == "או"
            );
        var goes = words
            .Index()
            .Any(word => _goes.Has(word.Item) && !(word.Item.Is("gone") && (low || high || numbers.Count > 0)));
        var comes = words.Any(_comes.Has);
        return new Repeat(
            side,
            numbers.Count == 1 ? numbers[0] : null,
            reached,
            quoted.Length == 1 ? quoted[0].Text : null,
            goes == comes ? null : goes,
            stays,
            null
        );
    }

    private static Side Sunk(IReadOnlyList<Token> words) =>
        (words.Any(_sinks.Has), words.Any(_climbs.Has)) switch
        {
            (true, false) => Side.Low,
            (false, true) => Side.High,
            _ => Side.Either,
        };
}
