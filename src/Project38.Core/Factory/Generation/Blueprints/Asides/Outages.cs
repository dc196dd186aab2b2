using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Asides;

/// <summary>What a brief says of when an address counts as down.</summary>
/// <param name="Statuses">The one status that is right, where it is said.</param>
/// <param name="Failures">How many failures in a row it takes, where that is said.</param>
internal sealed record Outage(IReadOnlyList<int> Statuses, IReadOnlyList<int> Failures);

/// <summary>"If it fails two times in a row, tell me that it is down", "say when it works again".</summary>
internal static class Outages
{
    private static readonly HashSet<string> _conditions = Words.Of(
        "if when whenever once as after mean means only אם כש כאשר ברגע אחרי לאחר אומרים פירושם כשלא"
    );

    private static readonly HashSet<string> _faults = Words.Of(
        "down offline unreachable unavailable dead broken failing unresponsive fails fail failed failure failures crashes",
        "crashed error errors outage",
        "למטה נופל נופלת נפל נפלה קורס קורסת מושבת נכשל נכשלת נכשלו שנכשלו שנכשלה כישלון כישלונות כשלים שגיאה בשגיאה תקלה"
    );

    // Faults behind a "not".
    private static readonly HashSet<string> _wishes = Words.Of(
        "up online alive reachable available working responding answering running answer answers respond responds work",
        "works load loads open return returns reached response give gives 200 ok",
        "עובד עובדת עונה זמין זמינה מגיב מגיבה נגיש נגישה פעיל פעילה פועל תשובה מחזיר מחזירה לעבוד לענות מפסיק מפסיקה"
    );

    private static readonly HashSet<string> _stops = Words.Of("stops stopped מפסיק מפסיקה הפסיק");

    private static readonly HashSet<string> _others = Words.Of(
        "it the a an my site website page server service address endpoint api is are was be has have does do in row time times",
        "check checks request requests attempt attempts consecutive straight consecutively running soon as that this so me us",
        "any anything something other than different from or and with status code http at all there to only then",
        "let know immediately still gets goes becomes comes second third one two three four five ten please just too on",
        "הוא היא האתר השרת הדף השירות העמוד אתר שרת דף שירות ברצף רצופות רצופים רצוף פעמיים פעמים פעם בדיקות בדיקה הבדיקה ש את או ו ב",
        "שאין כשאין כל שאינה שהוא שהיא שהאתר אחר משהו סטטוס קוד שתי שני שלוש שלושה השנייה השלישית לי אותי רק יש עם הכתובת אחת שוב"
    );

    private static readonly HashSet<string> _recovered = Words.Of(
        "back recovered recovers recover recovery again over",
        "חוזר חוזרת חזר חזרה יחזור שוב שב נגמרת נגמר הסתיימה התאושש מתאושש"
    );

    private static readonly HashSet<string> _fine = Words.Of(
        "up online alive reachable available working responding answering running answers responds works returns fine ok normal",
        "recovered recovers recovery over back gives",
        "עובד עובדת עונה זמין זמינה מגיב נגיש פעיל תקין לעבוד לענות לפעול לאוויר מחזיר חוזר חוזרת חזר חזרה נגמרת נגמר"
    );

    private static readonly HashSet<string> _recoveryOthers = Words.Of(
        "and also one another single more once when whenever if as soon after on upon it its the that a an site website page",
        "server service is are comes gets goes has was been have starts start to me us then let know say with by status",
        "ו גם וגם עוד ועוד אחת פעם כאשר כש אם ברגע הוא היא האתר השרת שהוא שהיא שהאתר לי אותי ש וכשהוא כשהוא וכשהיא כשהיא כך"
    );

    private static readonly HashSet<string> _heads = Words.Of(
        "and only just soon let two three four five a an any או ו רק שני שתי שלושה שלוש אחרי לאחר"
    );

    private static readonly HashSet<string> _recoveryHeads = Words.Of(
        "and also again one another once when whenever if after on upon then let but with",
        "ו וגם גם עוד ועוד שוב ושוב כאשר כש אם ברגע פעם"
    );

    private static readonly HashSet<string> _whens = Words.Of(
        "when whenever once if after soon on upon כאשר כש אם ברגע כשהוא כשהיא כשהאתר וכשהוא וכשהיא שהוא שהיא שהאתר",
        "כשחוזר כשהשרת שהשרת"
    );

    /// <summary>Takes what is said of being down, and of being told of it.</summary>
    public static IReadOnlyList<Outage> Take(Sentence sentence) =>
        Outline.Take(
            sentence,
            token =>
                token.Kind == TokenKind.Number
                || Outline.IsNamed(token)
                || _conditions.Has(token)
                || _faults.Has(token)
                || _wishes.Has(token)
                || _stops.Has(token)
                || _others.Has(token)
                || Telling.Negations.Has(token)
                || Telling.Verbs.Has(token),
            words => _conditions.Find(words) >= 0 || words.Any(Words.IsHebrewWhen) || Defines(words),
            words => IsHushed(sentence, words[0]) ? null : Read(words)
        );

    /// <summary>Takes what is said of being told that it is up again, with the statuses that are named.</summary>
    public static IReadOnlyList<Outage> TakeRecovery(Sentence sentence) =>
        Outline.Take(
            sentence,
            token =>
                token.Kind == TokenKind.Number
                || _recovered.Has(token)
                || _fine.Has(token)
                || _recoveryOthers.Has(token)
                || Telling.Verbs.Has(token),
            words => _recovered.Find(words) >= 0 || words.Any(word => word.Is("starts")),
            ReadRecovery
        );

    // "If it does not load, keep quiet" is no wish either.
    private static bool IsHushed(Sentence sentence, Token word)
    {
        var clause = sentence.Rest.Where(other => other.Clause == word.Clause).ToArray();
        return clause.Any(Telling.Silences.Has) || Telling.In(clause) == Told.Nothing;
    }

    private static Outage? ReadRecovery(IReadOnlyList<Token> words)
    {
        if (
            !(_recoveryHeads.Has(words[0]) || Telling.Verbs.Has(words[0]) || Words.IsHebrewWhen(words[0]))
            || (_recovered.Find(words) < 0 && !words.Any(word => word.Is("starts")))
            || _fine.Find(words) < 0
            || _whens.Find(words) < 0
        )
        {
            return null;
        }
        var statuses = new List<int>();
        foreach (var word in words.Where(word => word.Kind == TokenKind.Number))
        {
            if (!int.TryParse(word.Text, out var status) || status is < 100 or > 599)
            {
                return null;
            }
            statuses.Add(status);
        }
        return new Outage(statuses, []);
    }

    private static Outage? Read(IReadOnlyList<Token> words)
    {
        if (
            !(
                Defines(words)
                || _conditions.Has(words[0])
                || Telling.Verbs.Has(words[0])
                || Words.IsHebrewWhen(words[0])
                || _heads.Has(words[0])
            )
            || (_conditions.Find(words) < 0 && !words.Any(Words.IsHebrewWhen) && !Defines(words))
            || !IsDown(words)
            || IsUnsaid(words)
            || !(
                (IsBare(words) && _faults.Find(words) < 0)
                || Telling.IsEachNegationOf(
                    words,
                    word => _wishes.Has(word) || (word.Kind == TokenKind.Number && word.Text.Length == 3)
                )
            )
        )
        {
            return null;
        }
        var (statuses, failures) = (new List<int>(), new List<int>());
        for (var at = 0; at < words.Count; at++)
        {
            if (CountAt(words, at) is not var (count, length))
            {
                continue;
            }
            var behind = words.Skip(at + length).Take(5).ToArray();
            if (
                count == 1
                && behind.Length > 0
                && (Telling.Verbs.Has(behind[0]) || (behind.Length > 1 && behind[0].Is("single")))
            )
            {
                at += length - 1; // one message
            }
            else if (behind.Any(IsCounted) || (words[at].Text is "פעמיים"))
            {
                failures.Add(count);
                at += length - 1;
            }
            else if (words[at].Kind == TokenKind.Number && count is >= 100 and <= 599 && IsTurned(words, at))
            {
                statuses.Add(count);
            }
            else
            {
                return null;
            }
        }
        return new Outage(statuses, failures);
    }

    // "A failure is any answer other than 200."
    private static bool Defines(IReadOnlyList<Token> words) =>
        words.Take(2).Any(word => word.Is("failure") || word.Is("כישלון"))
        && words.Take(4).Any(word => word.Is("is") || word.Is("means") || word.Is("הוא"));

    private static (int Count, int Length)? CountAt(IReadOnlyList<Token> words, int at)
    {
        if (words[at].Text is "פעמיים")
        {
            return (2, 1);
        }
        if (Numbers.ReadOrdinal(words, at) is (int ordinal, var taken) && ordinal > 1)
        {
            return (ordinal, taken);
        }
        if (words[at].Is("השנייה"))
        {
            return (2, 1);
        }
        return Numbers.ReadCount(words, at) is (int count, var length) && !words[at].Is("a") ? (count, length) : null;
    }

    private static bool IsCounted(Token word) =>
        word.Is("times")
        || word.Is("row")
        || word.Is("consecutive")
        || word.Is("straight")
        || word.Is("consecutively")
        || word.Is("failures")
        || word.Is("ברצף")
        || word.Is("רצופות")
        || word.Is("רצופים")
        || word.Is("רצוף");

    // "Not 200", "anything other than 200", "no longer returns 200".
    private static bool IsTurned(IReadOnlyList<Token> words, int at) =>
        words
            .Take(at)
            .TakeLast(6)
            .Any(word =>
                Telling.Negations.Has(word)
                || word.Is("other")
                || word.Is("different")
                || word.Is("אחר")
                || word.Is("שאינה")
            );

    private static bool IsDown(IReadOnlyList<Token> words)
    {
        for (var at = 0; at < words.Count; at++)
        {
            if (_faults.Has(words[at]) && !words.Take(at).TakeLast(2).Any(Telling.Negations.Has))
            {
                return true;
            }
            if (
                _wishes.Has(words[at])
                && words.Take(at).TakeLast(4).Any(word => Telling.Negations.Has(word) || _stops.Has(word))
            )
            {
                return true;
            }
            if (words[at].Kind == TokenKind.Number && IsTurned(words, at))
            {
                return true;
            }
        }
        return IsBare(words);
    }

    // "If not, tell me."
    private static bool IsBare(IReadOnlyList<Token> words)
    {
        var negation = Telling.Negations.Find(words);
        return (words.Any(word => word.Is("כשלא")) && Telling.Verbs.Find(words) >= 0)
            || negation > 0
                && words.Take(negation).TakeLast(4).Any(_conditions.Has)
                && words.Skip(negation + 1).All(word => Telling.Verbs.Has(word) || _others.Has(word))
                && Telling.Verbs.Find(words) >= 0
                && !Telling.IsNegated(words, Telling.Verbs.Find(words));
    }

    // "If it is down, say nothing" is no wish to be told.
    private static bool IsUnsaid(IReadOnlyList<Token> words) =>
        words
            .Index()
            .Any(word =>
                Telling.Verbs.Has(word.Item) && Telling.IsNegated(words, word.Index) && !_faults.Has(word.Item)
            );
}
