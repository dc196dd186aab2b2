using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>A number to compare with, and on which side of it to tell.</summary>
internal sealed record Threshold(Quantity Quantity, bool Above);

/// <summary>"passes 1000", "falls below $1,000": a direction and, right behind it, a number.</summary>
/// <remarks>
/// "reaches" and "at least" count the number itself, and "crosses" names no side, so none of them is read: an agent
/// that is wrong in the one case they differ in would be a wrong agent.
/// </remarks>
internal static class Thresholds
{
    private const string Number =
        " <number> dollars|dollar|usd|euros|euro|eur|shekels|shekel|nis|ils|pounds|ש\"ח|שקל|שקלים|דולר|יורו? mark|limit?";

    private static readonly (Pattern Pattern, bool Above)[] _table =
    [
        ("passes|pass|exceeds|exceed|surpasses|surpass the?" + Number, true),
        ("is|goes|go|gets|get|rises|rise|climbs|climb|grows|grow|moves|becomes? over|above|past the?" + Number, true),
        ("is|gets|becomes|grows? more|greater|higher|larger|bigger than" + Number, true),
        ("is? >" + Number, true),
        (
            "falls|fall|drops|drop|goes|go|gets|get|is|dips|sinks|moves|becomes? under|below|beneath the?" + Number,
            false
        ),
        ("is|gets|becomes|falls|drops? less|lower|smaller|fewer than" + Number, false),
        ("is? <" + Number, false),
        ("עובר|עוברת|יעבור|תעבור|חוצה את? ה?" + Number, true),
        ("עולה|עולים|יעלה על|מעל ל?" + Number, true),
        ("הוא|היא|גדול|גדולה|גבוה|גבוהה? מעל|מ|יותר מ?" + Number, true),
        ("יורד|יורדת|ירד|תרד|נופל? מתחת|מ ל?" + Number, false),
        ("הוא|היא? קטן|קטנה|נמוך|נמוכה|פחות מ" + Number, false),
    ];

    public static IReadOnlyList<Threshold> Take(Sentence sentence) =>
        [
            .. sentence
                .TakeAll(_table)
                .Select(found => new Threshold(found.Match.Get<Quantity>("number")!, found.Meaning)),
        ];
}
