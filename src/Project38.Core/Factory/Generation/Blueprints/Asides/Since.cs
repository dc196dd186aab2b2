using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Asides;

/// <summary>With what a percentage is compared: "since the last alert", "before that, with the first price".</summary>
internal static class Since
{
    private static readonly HashSet<string> _opens = Words.Of(
        "since from against with compared compare compares relative versus than measured before or if above below",
        "מאז לעומת ביחס בהשוואה יחסית נמדדים נמדד לפני לריצה לבדיקה השווה להשוות אם או מהמחיר מההתראה מהערך מהבדיקה"
    );

    private static readonly HashSet<string> _lasts = Words.Of(
        "last previous prior latest recent האחרונה הקודמת אחרונה קודמת האחרון הקודם אחרון קודם"
    );

    private static readonly HashSet<string> _firsts = Words.Of(
        "first initial start beginning original ראשון ראשונה הראשון הראשונה ההתחלה"
    );

    private static readonly HashSet<string> _alerts = Words.Of(
        "alert alerts alerted notification notified message messaged told",
        "התראה הודעה ההתראה ההודעה שהודעת שהתרעת הודעת"
    );

    private static readonly HashSet<string> _checks = Words.Of(
        "check run reading observation look visit price value rate level quote time",
        "בדיקה ריצה מחיר ערך שער פעם תצפית הבדיקה הריצה המחיר הערך השער הפעם"
    );

    // "If there has been no alert" alone has one.
    private static readonly HashSet<string> _nots = Words.Of("no none not any לא");
    private static readonly HashSet<string> _ifs = Words.Of("if while when so as אם עוד");

    private static readonly HashSet<string> _others = Words.Of(
        "the my your its of at in to with and is are was were be been has have had there no none not any an a one so far yet",
        "that then it use you i saw seen see observed read me about compare measured this otherwise else now until",
        "את של ב מ ל ה ו לא הייתה היתה היה עוד עדיין לכן כן שראית שנראה שנצפה לי זה אז כזו למחיר לערך לשער ולפני"
    );

    // A clause never ends with one of them.
    private static readonly HashSet<string> _hang = Words.Of(
        "the my your its of at in to with and or if a an from since against compare compared than before is"
    );

    /// <summary>Takes such clauses.</summary>
    /// <returns>What is named: <c>alert</c>, <c>check</c>, <c>start</c>; the first price beside the last alert is not.</returns>
    public static IReadOnlyList<string> Take(Sentence sentence, out IReadOnlyList<decimal> shares)
    {
        var found = Outline.Take(
            sentence,
            token => Inside(token),
            words => _opens.Find(words) >= 0,
            words => Read(words),
            anywhere: true
        );
        shares = [.. found.SelectMany(one => one.Shares)];
        var named = found.SelectMany(one => one.Named).Distinct().ToArray();
        // "… or since the first price, while there was no alert": the way it works.
        return named.Contains("alert")
            ? [.. named.Where(one => one != "start" || !found.Any(one => one.Falls))]
            : named;
    }

    private sealed record Reference(IReadOnlyList<string> Named, IReadOnlyList<decimal> Shares, bool Falls);

    private static bool Inside(Token token) =>
        token.Kind == TokenKind.Number
        || _opens.Has(token)
        || _lasts.Has(token)
        || _firsts.Has(token)
        || _alerts.Has(token)
        || _checks.Has(token)
        || _others.Has(token);

    private static Reference? Read(IReadOnlyList<Token> words)
    {
        var shares = words.Where(word => word.Kind == TokenKind.Number).ToArray();
        if (
            _hang.Has(words[^1])
            || !(
                _opens.Has(words[0])
                || (shares.Length == 1 && words.Any(word => word.Is("measured") || word.Is("נמדדים")))
            )
            || (_opens.Has(words[0]) && shares.Length > 0)
            || shares.Length > 1
        )
        {
            return null;
        }
        var numbers = shares.Select(share => Numbers.Read([share], 0)?.Value).OfType<Quantity>().ToArray();
        if (numbers.Length < shares.Length || numbers.Any(number => !number.Percent))
        {
            return null;
        }
        if (
            words.Index().Any(word => _nots.Has(word.Item) && !words.Take(word.Index).TakeLast(6).Any(_ifs.Has))
            || words.Count(_nots.Has) > 1
        )
        {
            return null;
        }
        var named = new List<string>();
        for (var at = 0; at < words.Count; at++)
        {
            if (_lasts.Has(words[at]))
            {
                var near = Near(words, at);
                named.Add(
                    near.Any(_alerts.Has) ? "alert"
                    : near.Any(_checks.Has) ? "check"
                    : ""
                );
            }
            else if (_firsts.Has(words[at]))
            {
                var near = Near(words, at);
                // "Before the first notification" names no price.
                named.Add(
                    near.Any(_alerts.Has) && !near.Any(_checks.Has) ? "none"
                    : near.Any(_checks.Has) || IsStart(words[at]) ? "start"
                    : ""
                );
            }
        }
        var falls = words.Any(word =>
            word.Is("or")
            || word.Is("before")
            || word.Is("no")
            || word.Is("otherwise")
            || word.Is("או")
            || word.Is("לפני")
            || word.Is("לא")
            || word.Text is "ולפני" or "לפני"
        );
        string[] known = [.. named.Where(one => one is not "none").Distinct()];
        return named.Contains("") || known.Length == 0
            ? null
            : new Reference(known, [.. numbers.Select(one => one.Value)], falls);
    }

    private static bool IsStart(Token word) => word.Is("start") || word.Is("beginning") || word.Is("ההתחלה");

    // English says what it is behind "last", and so many words before it: "the price I was told last"; Hebrew before it.
    private static Token[] Near(IReadOnlyList<Token> words, int at) =>
        Token.IsHebrew(words[at].Text[0])
            ?
            [
                .. words.Skip(Math.Max(0, at - 1)).Take(at > 0 ? 1 : 0),
                .. words.Skip(at + 1).Take(1).Where(_alerts.Has),
            ]
            :
            [
                .. words
                    .Skip(at + 1)
                    .Take(words[at].Is("last") ? 4 : 2)
                    .TakeWhile(word => !word.Is("and") && !word.Is("or")),
            ];
}
