using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Asides;

/// <summary>What a few words say about telling.</summary>
internal enum Told
{
    /// <summary>They do not speak of it.</summary>
    Unsaid,

    /// <summary>That nothing is to be told, and nothing else.</summary>
    Nothing,

    /// <summary>That something is to be told.</summary>
    Something,
}

/// <summary>Tells "say nothing" from "say": every word of telling needs a "not" of its own.</summary>
/// <remarks>"If the page is not there, tell me" has a "not" too, and it is not one of telling.</remarks>
internal static class Telling
{
    private const int Reach = 5;

    /// <summary>Words that turn around what stands behind them.</summary>
    public static HashSet<string> Negations { get; } =
        Words.Of(
            "not no never don't doesn't didn't won't shouldn't mustn't without neither nor cannot can't isn't aren't",
            "לא ולא אל ואל אי בלי ובלי ללא אין ואין שלא שאל אינה אינו אינן אינם"
        );

    /// <summary>Words that mean that there is none of it.</summary>
    public static HashSet<string> Nothings { get; } = Words.Of("nothing none nobody כלום");

    /// <summary>Words of staying silent.</summary>
    public static HashSet<string> Silences { get; } =
        Words.Of("silent silently quiet quietly silence שתוק שותק שותקת שקט שקטה");

    /// <summary>Words of telling, as verbs and as what is told.</summary>
    public static HashSet<string> Verbs { get; } =
        Words.Of(
            "tell tells telling told notify notifies notifying notified alert alerts alerting alerted message messages",
            "messaging messaged warn warns warning send sends sending sent report reports reporting reported say says",
            "saying inform informs ping notification notifications repeat repeats repeating bother count counts counted",
            "תודיע תגיד שלח תתריע הזהר דווח ידווח תאמר אמור עדכן תזכיר תחזור חזור לחזור תכתוב מודיע מודיעה שולח שולחת",
            "מתריע מתריעה מדווח אומרת הודעה הודעת התראה התראות הודעות נחשב נחשבת נחשבים נחשבות לדווח לומר הודעתי הודע"
        );

    private static readonly HashSet<string> _between = Words.Of(
        "to be me us ever please should must need needs have has will would any a an the for and or just yet also it",
        "them about one more get receive of want do this",
        "לי לנו אותי את על שום צריך צריכה צריכים תצטרך עוד יותר או לגבי עם אותה אותו"
    );

    /// <summary>What some words say: nothing only where no word tells.</summary>
    public static Told In(IReadOnlyList<Token> words)
    {
        var said = Told.Unsaid;
        for (var at = 0; at < words.Count; at++)
        {
            if (Silences.Has(words[at]))
            {
                if (IsNegated(words, at))
                {
                    return Told.Something;
                }
                said = Told.Nothing;
            }
            else if (Verbs.Has(words[at]))
            {
                var (negated, nothing) = (IsNegated(words, at), HasNothingBehind(words, at));
                if (negated ? nothing && !IsHebrew(words[at]) : !nothing)
                {
                    return Told.Something; // "say", and "do not say nothing"
                }
                said = Told.Nothing;
            }
            else if (Nothings.Has(words[at]) && said == Told.Unsaid)
            {
                said = Told.Nothing;
            }
        }
        return said;
    }

    private static bool IsHebrew(Token word) => Token.IsHebrew(word.Text[0]);

    /// <summary>Whether a "not" stands before a word, with nothing but what belongs to it between.</summary>
    public static bool IsNegated(IReadOnlyList<Token> words, int at)
    {
        for (var before = at - 1; before >= 0 && at - before <= Reach; before--)
        {
            if (words[before + 1].Gap is not ("" or "-"))
            {
                return false; // "if not, tell me"
            }
            if (Negations.Has(words[before]))
            {
                return true;
            }
            if (!_between.Has(words[before]) && !Verbs.Has(words[before]))
            {
                return false;
            }
        }
        return false;
    }

    /// <summary>Whether each "not" turns a word around that it may turn around, in the few words behind it.</summary>
    public static bool IsEachNegationOf(IReadOnlyList<Token> words, Predicate<Token> may)
    {
        for (var at = 0; at < words.Count; at++)
        {
            if (!Negations.Has(words[at]))
            {
                continue;
            }
            var end = at + 1;
            while (end < words.Count && end - at <= Reach && !may(words[end]) && words[end].Gap is "" or "-")
            {
                end++;
            }
            // Two of them on one word say nothing that is sure.
            if (
                end >= words.Count
                || end - at > Reach
                || !may(words[end])
                || words.Skip(at + 1).Take(end - at).Any(Negations.Has)
            )
            {
                return false;
            }
        }
        return true;
    }

    private static bool HasNothingBehind(IReadOnlyList<Token> words, int at)
    {
        for (var behind = at + 1; behind < words.Count && behind - at <= Reach; behind++)
        {
            if (Nothings.Has(words[behind]) || words[behind].Is("no"))
            {
                return true;
            }
            if (!_between.Has(words[behind]) && !Verbs.Has(words[behind]))
            {
                return false;
            }
        }
        return false;
    }
}
