using Project38.Core.Factory.Generation.Blueprints.Watching;
using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>A number to compare with, and on which side of it to tell.</summary>
/// <param name="Quantity">The number.</param>
/// <param name="Above">Tell above it; else below.</param>
/// <param name="Inclusive">The number itself counts too: "at least", "reaches".</param>
internal sealed record Threshold(Quantity Quantity, bool Above, bool Inclusive)
{
    /// <summary>How an agent's config has it: above, below, at_least, at_most.</summary>
    public string Direction =>
        (Above, Inclusive) switch
        {
            (true, false) => "above",
            (true, true) => "at_least",
            (false, false) => "below",
            _ => "at_most",
        };

    /// <summary>The same, as what watches a value has it.</summary>
    public Condition AsCondition =>
        new(
            (Above, Inclusive) switch
            {
                (true, false) => ConditionKind.Above,
                (true, true) => ConditionKind.AtLeast,
                (false, false) => ConditionKind.Below,
                _ => ConditionKind.AtMost,
            },
            Quantity.Value,
            Unit: null,
            MoreThan: false
        );

    /// <summary>How to say it, number included.</summary>
    public string Say(Language language, string number) =>
        (Above, Inclusive) switch
        {
            (true, false) => language.Say($"above {number}", $"מעל {number}"),
            (true, true) => language.Say($"at least {number}", $"לפחות {number}"),
            (false, false) => language.Say($"below {number}", $"מתחת ל-{number}"),
            _ => language.Say($"at most {number}", $"לכל היותר {number}"),
        };
}

/// <summary>"passes 1000", "falls below $1,000": a direction and, right behind it, a number.</summary>
/// <remarks>
/// "crosses" names no side, so it is not read: an agent that is wrong about the side would be a wrong agent.
/// </remarks>
internal static class Thresholds
{
    private const string Number =
        " <number> dollars|dollar|usd|euros|euro|eur|shekels|shekel|nis|ils|pounds|ש\"ח|שקל|שקלים|דולר|יורו|degrees|degree|points|units|items|pieces|hours|kg|km|ms|מעלות|יחידות|נקודות|שעות? mark|limit?";

    private static readonly (Pattern Pattern, (bool Above, bool Inclusive) Meaning)[] _table =
    [
        ("passes|pass|passed|exceeds|exceed|exceeded|surpasses|surpass|tops|top the?" + Number, (true, false)),
        (Goes + " over|above|past|beyond the?" + Number, (true, false)),
        ("is|are|gets|becomes|grows|was? more|greater|higher|larger|bigger than" + Number, (true, false)),
        ("is? >" + Number, (true, false)),
        (Goes + " under|below|beneath the?" + Number, (false, false)),
        ("is|are|gets|becomes|falls|drops|was? less|lower|smaller|fewer than" + Number, (false, false)),
        ("is? <" + Number, (false, false)),
        ("is? at least" + Number, (true, true)),
        ("reaches|reach|hits|hit|reached the?" + Number, (true, true)),
        (Goes + " at or? over|above|more the?" + Number, (true, true)),
        ("is|reaches|gets|hits|has" + Number + " or more|above|over|higher|greater", (true, true)),
        ("הוא|היא|מגיע|מגיעה? ל? " + Number.TrimStart() + " ומעלה", (true, true)),
        ("הוא|היא|יורד|יורדת|ירד|ירדה? ל?" + Number + " או פחות", (false, true)),
        ("הוא|היא|יורד|יורדת? ל?" + Number + " ומטה", (false, true)),
        ("is? at most" + Number, (false, true)),
        (Goes + " at or? under|below|less the?" + Number, (false, true)),
        ("is|falls|drops|gets|has to?" + Number + " or less|below|under|lower|fewer", (false, true)),
        ("עובר|עוברת|יעבור|תעבור|עבר|עברה|עוברים|חוצה את? ה?" + Number, (true, false)),
        ("עולה|עולים|יעלה|תעלה|עלה|עלתה על|מעל ל?" + Number, (true, false)),
        ("הוא|היא|יהיה|תהיה|גדול|גדולה|גבוה|גבוהה? מעל|מ|יותר מ?" + Number, (true, false)),
        ("יורד|יורדת|ירד|תרד|ירדה|נופל|נופלת? מתחת|מ ל?" + Number, (false, false)),
        ("הוא|היא|יהיה|תהיה? קטן|קטנה|נמוך|נמוכה|פחות מ" + Number, (false, false)),
        ("מגיע|מגיעה|יגיע|תגיע|הגיע|הגיעה ל" + Number, (true, true)),
        ("הוא|היא? לפחות" + Number, (true, true)),
        ("הוא|היא|מגיע|מגיעה? ל?" + Number + " או יותר", (true, true)),
        ("הוא|היא? לכל היותר" + Number, (false, true)),
        ("הוא|היא? " + Number.TrimStart() + " או פחות", (false, true)),
    ];

    private const string Goes =
        "is|are|was|goes|go|gets|get|rises|rise|climbs|climb|grows|grow|moves|becomes|falls|fall|drops|drop|dips|sinks|"
        + "went|fell|rose|jumps|stays?";

    public static IReadOnlyList<Threshold> Take(Sentence sentence) =>
        [
            .. sentence
                .TakeAll(_table)
                .Select(found => new Threshold(
                    found.Match.Get<Quantity>("number")!,
                    found.Meaning.Above,
                    found.Meaning.Inclusive
                )),
        ];
}
