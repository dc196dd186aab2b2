using Project38.Core.Factory.Generation.Sentences;

namespace Project38.Core.Factory.Generation.Blueprints.Watching;

/// <summary>"rises by 5 %", "drops below $200", "עולה על 300": a direction with, right behind it, a number.</summary>
/// <remarks>
/// A percentage speaks of a change and a plain number of a level, so "rises 5" and "is above 5 %" are not read: their
/// words stay, and the sentence is refused. "Crosses 300" names no side and is not read either.
/// </remarks>
internal static class Conditions
{
    private const string Be =
        "has|have|had? is|are|was|were|been|goes|go|gone|going|went|moves|move|moved|gets|get|got?";

    private const string Rises =
        "up|higher|rises|rise|risen|rose|rising|climbs|climb|climbed|increases|increase|increased|gains|gain|gained"
        + "|jumps|jump|jumped|grows|grow|grew|grown|surges|surge|surged|soars|soar|soared|appreciates";

    private const string Falls =
        "down|lower|falls|fall|fallen|fell|falling|drops|drop|dropped|dropping|declines|decline|declined|decreases"
        + "|decrease|decreased|loses|lose|lost|sinks|sink|sank|slips|slip|slides|slide|dips|dip|dipped|plunges|plunge"
        + "|crashes|crash|tumbles|tumble|shrinks|shrink|depreciates";

    private const string RisesHebrew =
        "עולה|עולים|עלה|עלתה|עלו|יעלה|תעלה|מזנק|מזנקת|זינק|קופץ|קופצת|קפץ|מטפס|מטפסת|מתחזק|מתחזקת|התחזק|יתחזק|מתייקר|מתייקרת|גדל|גדלה";

    private const string FallsHebrew =
        "יורד|יורדת|יורדים|ירד|ירדה|ירדו|תרד|ירידה|נופל|נופלת|נפל|נפלה|ייפול|צונח|צונחת|צנח|נחלש|נחלשת|ייחלש|מאבד|מאבדת|איבד|מוזל|קטן|קטנה";

    private const string Amount =
        " the? level|price? of? <amount> <currency>? mark|limit|level|threshold|degrees|celsius|points|units|items?";

    private const string Climbs =
        "has|have? is|are|was|be|goes|go|gone|went|gets|get|got|rises|rise|risen|rose|climbs|climb|climbed|moves|move"
        + "|moved|jumps|jump|jumped|grows|grow|grew|breaks|break|crosses|cross|crossed|trades|trade|increases|increase"
        + "|becomes|stands|costs|cost|back? worth? up?";

    private const string Sinks =
        "has|have? is|are|was|be|goes|go|gone|went|gets|get|got|falls|fall|fallen|fell|drops|drop|dropped|moves|move"
        + "|moved|dips|dip|dipped|sinks|sink|sank|breaks|break|crosses|cross|crossed|trades|trade|decreases|decrease"
        + "|declines|becomes|stands|slips|plunges|costs|cost|back? worth? down?";

    private static readonly (Pattern Pattern, (ConditionKind Kind, bool MoreThan) Says)[] _table =
    [
        .. Percent(Be + " " + Rises + " up?", ConditionKind.Up),
        .. Percent(Be + " " + Falls + " down?", ConditionKind.Down),
        .. Percent(Be + " up or down", ConditionKind.Moves),
        .. Percent(Be + " " + Rises + " or|and " + Be + " " + Falls, ConditionKind.Moves),
        .. Percent(Be + " " + Falls + " or|and " + Be + " " + Rises, ConditionKind.Moves),
        .. Percent("has|have? changes|change|changed|moves|move|moved|swings|swing|swung", ConditionKind.Moves),
        ("a|an? <percent> rise|increase|jump|gain|higher|up", (ConditionKind.Up, false)),
        ("is|are|was? at? least? a? <percent> higher|up", (ConditionKind.Up, false)),
        ("is|are|was more than <percent> higher|up", (ConditionKind.Up, true)),
        ("a? rise|increase|jump|gain of at? least? <percent>", (ConditionKind.Up, false)),
        ("a|an? <percent> drop|fall|decline|decrease|loss|lower|down", (ConditionKind.Down, false)),
        ("is|are|was? at? least? a? <percent> lower|down", (ConditionKind.Down, false)),
        ("is|are|was more than <percent> lower|down", (ConditionKind.Down, true)),
        ("a? drop|fall|decline|decrease|loss of at? least? <percent>", (ConditionKind.Down, false)),
        .. PercentHebrew(RisesHebrew, ConditionKind.Up),
        .. PercentHebrew(FallsHebrew, ConditionKind.Down),
        .. PercentHebrew(RisesHebrew + " או|ו " + FallsHebrew, ConditionKind.Moves),
        .. PercentHebrew(FallsHebrew + " או|ו " + RisesHebrew, ConditionKind.Moves),
        .. PercentHebrew("משתנה|משתנים|השתנה|ישתנה|זז|זזה|נע|נעה", ConditionKind.Moves),
        (Climbs + " above|over|past|beyond" + Amount, Says(ConditionKind.Above)),
        (
            "has|have? passes|pass|passed|exceeds|exceed|exceeded|surpasses|surpass|surpassed|tops|top|topped" + Amount,
            Says(ConditionKind.Above)
        ),
        (Climbs + " more|greater|higher|larger|bigger than" + Amount, Says(ConditionKind.Above)),
        ("is? >" + Amount, Says(ConditionKind.Above)),
        (Climbs + " at least" + Amount, Says(ConditionKind.AtLeast)),
        (Climbs + " at or above|over" + Amount, Says(ConditionKind.AtLeast)),
        (Climbs + " above|over or at|equal to?" + Amount, Says(ConditionKind.AtLeast)),
        (Climbs + " more|greater|higher than or equal to" + Amount, Says(ConditionKind.AtLeast)),
        ("has|have? reaches|reach|reached|hits|hit" + Amount, Says(ConditionKind.AtLeast)),
        (
            "has|have? reaches|reach|reached|hits|hit" + Amount + " or more|higher|above|over",
            Says(ConditionKind.AtLeast)
        ),
        (
            "has|have? rises|rise|risen|climbs|climb|climbed|goes|gone|increases|jumps up? to" + Amount,
            Says(ConditionKind.AtLeast)
        ),
        (
            "has|have? rises|rise|risen|climbs|climb|climbed|goes|gone|increases|jumps up? to"
                + Amount
                + " or more|higher|above",
            Says(ConditionKind.AtLeast)
        ),
        ("is|are|costs? at?" + Amount + " or more|higher|above|over|greater|up", Says(ConditionKind.AtLeast)),
        ("is? > =" + Amount, Says(ConditionKind.AtLeast)),
        ("is? ≥" + Amount, Says(ConditionKind.AtLeast)),
        (Sinks + " below|under|beneath" + Amount, Says(ConditionKind.Below)),
        (Sinks + " less|lower|smaller|fewer|cheaper than" + Amount, Says(ConditionKind.Below)),
        ("is? <" + Amount, Says(ConditionKind.Below)),
        (Sinks + " at most" + Amount, Says(ConditionKind.AtMost)),
        (Sinks + " at or below|under" + Amount, Says(ConditionKind.AtMost)),
        (Sinks + " below|under or at|equal to?" + Amount, Says(ConditionKind.AtMost)),
        (Sinks + " less|lower than or equal to" + Amount, Says(ConditionKind.AtMost)),
        (
            "has|have? falls|fall|fallen|drops|drop|dropped|declines|sinks|dips|goes|gone down? to" + Amount,
            Says(ConditionKind.AtMost)
        ),
        (
            "has|have? falls|fall|fallen|drops|drop|dropped|declines|sinks|dips|goes|gone down? to"
                + Amount
                + " or less|lower|below|under",
            Says(ConditionKind.AtMost)
        ),
        (
            "has|have? reaches|reach|reached|hits|hit" + Amount + " or less|lower|below|under",
            Says(ConditionKind.AtMost)
        ),
        ("is|are|costs? at?" + Amount + " or less|lower|below|under|fewer", Says(ConditionKind.AtMost)),
        ("is? < =" + Amount, Says(ConditionKind.AtMost)),
        ("is? ≤" + Amount, Says(ConditionKind.AtMost)),
        (
            RisesHebrew
                + "|עובר|עוברת|עבר|עברה|נמצא|נמצאת|יהיה|תהיה|היה|הוא|היא|גבוה|גבוהה|גדול|גדולה? מעל ל? <amount> <currency>?",
            Says(ConditionKind.Above)
        ),
        (RisesHebrew + " על <amount> <currency>?", Says(ConditionKind.Above)),
        ("עובר|עוברת|עבר|עברה|יעבור|תעבור|חוצה|חצה|חצתה|יחצה את? ה|ל? <amount> <currency>?", Says(ConditionKind.Above)),
        ("הוא|היא? גבוה|גבוהה|גדול|גדולה|יותר מ <amount> <currency>?", Says(ConditionKind.Above)),
        ("הוא|היא? גדול|גדולה|גבוה|גבוהה או שווה ל? <amount> <currency>?", Says(ConditionKind.AtLeast)),
        ("מגיע|מגיעה|מגיעים|הגיע|הגיעה|יגיע|תגיע ל|אל <amount> <currency>?", Says(ConditionKind.AtLeast)),
        ("מגיע|מגיעה|מגיעים|הגיע|הגיעה|יגיע|תגיע ל|אל <amount> <currency>? או יותר|ומעלה", Says(ConditionKind.AtLeast)),
        (RisesHebrew + " ל|אל <amount> <currency>?", Says(ConditionKind.AtLeast)),
        (RisesHebrew + " ל|אל <amount> <currency>? או יותר", Says(ConditionKind.AtLeast)),
        (RisesHebrew + " ל|אל <amount> <currency>? ומעלה", Says(ConditionKind.AtLeast)),
        ("הוא|היא? לפחות <amount> <currency>?", Says(ConditionKind.AtLeast)),
        ("הוא|היא? <amount> <currency>? או יותר", Says(ConditionKind.AtLeast)),
        ("הוא|היא? <amount> <currency>? ומעלה", Says(ConditionKind.AtLeast)),
        (
            FallsHebrew + "|נמצא|נמצאת|יהיה|תהיה|היה|הוא|היא|עובר|עוברת? אל? מתחת|מתחת ל? <amount> <currency>?",
            Says(ConditionKind.Below)
        ),
        ("הוא|היא? נמוך|נמוכה|קטן|קטנה|פחות|זול|זולה מ <amount> <currency>?", Says(ConditionKind.Below)),
        ("הוא|היא? קטן|קטנה|נמוך|נמוכה או שווה ל? <amount> <currency>?", Says(ConditionKind.AtMost)),
        (FallsHebrew + " ל|אל <amount> <currency>?", Says(ConditionKind.AtMost)),
        (FallsHebrew + " ל|אל <amount> <currency>? או פחות", Says(ConditionKind.AtMost)),
        (FallsHebrew + " ל|אל <amount> <currency>? ומטה", Says(ConditionKind.AtMost)),
        ("הוא|היא? לכל היותר <amount> <currency>?", Says(ConditionKind.AtMost)),
        ("הוא|היא? <amount> <currency>? או פחות", Says(ConditionKind.AtMost)),
        ("הוא|היא? <amount> <currency>? ומטה", Says(ConditionKind.AtMost)),
    ];

    private static readonly Pattern[] _eitherWay =
    [
        "in either|any|both direction|directions|way",
        "either way",
        "up or down",
        "לכל|בכל|לשני|בשני כיוון|כיוונים|הכיוונים",
        "למעלה או למטה",
    ];

    /// <summary>Takes all of them, in the order of the sentence.</summary>
    public static IReadOnlyList<Condition> Take(Sentence sentence)
    {
        var found = sentence.TakeAll(_table).Select(Read).ToArray();
        if (found.Any(condition => condition.Kind == ConditionKind.Moves))
        {
            sentence.TakeAny(_eitherWay);
        }
        return found;
    }

    /// <summary>What is wrong with them together, each with what to say instead.</summary>
    public static IEnumerable<string> Problems(IReadOnlyList<Condition> conditions, Manners manners, Language language)
    {
        var upper = conditions.Where(c => c.IsUpper && !c.IsPercent).ToArray();
        var lower = conditions.Where(c => !c.IsUpper && !c.IsPercent).ToArray();
        var rises = conditions.Where(c => c.Kind is ConditionKind.Up or ConditionKind.Moves).ToArray();
        var falls = conditions.Where(c => c.Kind is ConditionKind.Down or ConditionKind.Moves).ToArray();
        if (conditions.Count == 0)
        {
            yield return language.Say(
                "It does not say when to tell you. Say it with a number, for example “rises by 5%” or “drops below 200”.",
                "לא נאמר מתי להודיע. יש לומר את זה עם מספר, למשל “עולה ב-5%” או “יורד מתחת ל-200”."
            );
        }
        if (upper.Length > 1 || lower.Length > 1 || rises.Length > 1 || falls.Length > 1)
        {
            yield return language.Say(
                "It names several thresholds in one direction. Say one; make an agent for each.",
                "יש במשפט כמה ספים באותו כיוון. אפשר לומר אחד, וליצור סוכן לכל סף."
            );
        }
        if (upper is [var high] && lower is [var low] && high.Value <= low.Value)
        {
            yield return language.Say(
                "It sounds like a range. Say one side of it, for example “above 200”.",
                "זה נשמע כמו טווח. אפשר לומר צד אחד שלו, למשל “מעל 200”."
            );
        }
        if (conditions.Any(c => c.IsPercent && c.Value is <= 0 or > 10_000))
        {
            yield return language.Say("Say a percentage above 0.", "יש לומר אחוז גדול מ-0.");
        }
        if (conditions.Where(c => c.IsPercent).Select(c => c.MoreThan).Distinct().Count() > 1)
        {
            yield return language.Say(
                "Say “more than” for both percentages or for none.",
                "יש לומר “יותר מ” לשני האחוזים או לאף אחד."
            );
        }
        if (
            manners.Repeats.Any(repeat =>
                repeat.Number is not null && conditions.Count != 1 || !conditions.All(one => one.Fits(repeat))
            )
        )
        {
            yield return language.Say(
                "When it may tell you again does not fit the threshold. Say what must have been in between, for example "
                    + "“again only after it was below 90”.",
                "מתי אפשר להודיע שוב אינו מתיישב עם הסף. יש לומר מה צריך לקרות בינתיים, למשל “ושוב רק אחרי שירד מתחת ל-90”."
            );
        }
        if (manners.Shares.Any(share => !conditions.Any(one => one.IsPercent && one.Value == share)))
        {
            yield return language.Say("It names several percentages. Say one.", "יש במשפט כמה אחוזים. אפשר לומר אחד.");
        }
        if (manners.Since is not null && !conditions.Any(c => c.IsPercent))
        {
            yield return language.Say(
                "“Since” goes with a percentage, for example “up by 5% since the last alert”.",
                "“מאז” הולך יחד עם אחוז, למשל “עלה ב-5% מאז ההתראה האחרונה”."
            );
        }
        if (manners.BackFirst && manners.Since is not "start" && conditions.Any(c => c.IsPercent))
        {
            yield return language.Say(
                "“Again only after it came back” goes with a level such as “above 200”, not with a percentage since the last alert.",
                "“שוב רק אחרי שחזר” הולך יחד עם סף כמו “מעל 200”, ולא עם אחוז מאז ההתראה האחרונה."
            );
        }
    }

    private static Condition Read(((ConditionKind Kind, bool MoreThan) Meaning, PatternMatch Match) found)
    {
        var (kind, moreThan) = found.Meaning;
        var number = found.Match.Get<Quantity>("percent") ?? found.Match.Get<Quantity>("amount")!;
        var unit = found.Match.Get<string>("currency") ?? SignOf(found.Match);
        return new Condition(kind, number.Value, unit, moreThan);
    }

    private static string? SignOf(PatternMatch match) =>
        match
            .Tokens.Where(token => token.Kind == TokenKind.Number)
            .Select(token => Currencies.OfSign(token.Text))
            .FirstOrDefault(code => code is not null);

    private static (ConditionKind, bool) Says(ConditionKind kind) => (kind, false);

    private static IEnumerable<(Pattern, (ConditionKind, bool))> Percent(string verb, ConditionKind kind) =>
        [
            (verb + " by? <percent>", (kind, false)),
            (verb + " by? <percent> or more|higher|greater|lower|above", (kind, false)),
            (verb + " by? at least <percent>", (kind, false)),
            (verb + " by? more than <percent>", (kind, true)),
            (verb + " by? over|above <percent>", (kind, true)),
        ];

    private static IEnumerable<(Pattern, (ConditionKind, bool))> PercentHebrew(string verb, ConditionKind kind) =>
        [
            (verb + " ב? <percent>", (kind, false)),
            (verb + " ב? <percent> לפחות", (kind, false)),
            (verb + " ב? <percent> או יותר", (kind, false)),
            (verb + " ב? <percent> ומעלה", (kind, false)),
            (verb + " לפחות ב? <percent>", (kind, false)),
            (verb + " ב? יותר|מעל מ|ל? <percent>", (kind, true)),
        ];
}
