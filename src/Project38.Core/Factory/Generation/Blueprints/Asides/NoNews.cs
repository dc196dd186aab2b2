using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Asides;

/// <summary>"If there is nothing new, send nothing": what these agents do, for they tell news alone.</summary>
internal static class NoNews
{
    private static readonly HashSet<string> _conditions = Words.Of(
        "if when whenever while unless as long אם כש כאשר כשאין עוד כל וכש ואם"
    );

    private static readonly HashSet<string> _absences = Words.Of(
        "no none nothing not isn't doesn't didn't unchanged fine well same normal ok אין לא שאין כשאין כלום הכול הכל תקין בסדר"
    );

    private static readonly HashSet<string> _others = Words.Of(
        "there is are was were be been has have had it the a an any that this these those anything something everything",
        "new changed change changes changing news did do does stay stays remain remains keep keeps me us please just then",
        "otherwise still item items entry entries post posts article articles file files line lines release releases",
        "version versions match matches difference update updates page folder feed since last time at all so send in",
        "חדש חדשה חדשות חדשים השתנה משתנה שינוי שינויים כאלה כאלו פריטים קבצים שורות גרסאות לי שום דבר יצאו נשאר זה הוא היא את ה ב ו כלל"
    );

    /// <summary>Takes such clauses.</summary>
    public static void Take(Sentence sentence) =>
        Outline.Take(sentence, Inside, words => Condition(words) >= 0, words => Says(words) ? words : null);

    private static int Condition(IReadOnlyList<Token> words)
    {
        for (var at = 0; at < words.Count; at++)
        {
            if (_conditions.Has(words[at]) || Words.IsHebrewWhen(words[at]))
            {
                return at;
            }
        }
        return -1;
    }

    private static bool Inside(Token token) =>
        _conditions.Has(token)
        || Words.IsHebrewWhen(token) && (_absences.Has(token) || _others.Has(token))
        || _absences.Has(token)
        || _others.Has(token)
        || Telling.Negations.Has(token)
        || Telling.Nothings.Has(token)
        || Telling.Silences.Has(token)
        || Telling.Verbs.Has(token);

    // What is on the one side of "if" must be that there is nothing, and on the other side that nothing is told.
    private static bool Says(IReadOnlyList<Token> words)
    {
        var from = Condition(words);
        if (from < 0)
        {
            return false;
        }
        var to = from + 1;
        while (to < words.Count && words[to].Gap is "" or "-")
        {
            to++;
        }
        IReadOnlyList<Token> condition = [.. words.Skip(from).Take(to - from)];
        IReadOnlyList<Token> rest = [.. words.Take(from), .. words.Skip(to)];
        return _absences.Find(condition) >= 0
            && Telling.IsEachNegationOf(
                words,
                word => _others.Has(word) || Telling.Verbs.Has(word) || Telling.Nothings.Has(word)
            )
            && Telling.Verbs.Find(condition) < 0
            && Telling.In(rest) == Told.Nothing;
    }
}
