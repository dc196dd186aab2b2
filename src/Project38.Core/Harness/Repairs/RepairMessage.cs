using Project38.Core.Agents;
using Project38.Core.Budgets;
using Project38.Core.Factory;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Storage;
using Project38.Core.Tools.Notifications;

namespace Project38.Core.Harness.Repairs;

/// <summary>What the owner of a stopped agent is told of its repair, in the language of its brief.</summary>
internal static class RepairMessage
{
    private const int MaxUnderstood = 500;
    private const int MaxWhy = 2_000;

    /// <summary>A version waits for a yes.</summary>
    public static InboxMessage Proposed(
        Repair repair,
        FailedAgent failed,
        FactoryResult.Proved proved,
        AgentVersion version
    )
    {
        var (agent, before) = (failed.Agent, failed.Version);
        var language = LanguageOf(agent);
        var gained = ManifestWords.Gained(before.Manifest, version.Manifest);

        // What a model wrote that has read a stranger's log stands in quotes, in one line.
        var understood = StorableText.Cut(LineText.Clean(proved.Agent.Understood), MaxUnderstood);
        var passed = proved.Trial.Passed;
        var diff = $"p38 diff {agent.Id} {before.Number} {version.Number}";
        var activate = $"p38 activate {agent.Id} {version.Number}";
        return Of(
            repair,
            agent,
            language.Say($"{agent.Name}: a repair is proposed", $"{agent.Name}: מוצע תיקון"),
            language.Say(
                $"A model looked for the cause and wrote version {version.Number}. In its words: “{understood}” It passed its "
                    + $"checks and {(passed == 1 ? "its test" : $"its {passed} tests")}. Nothing changes until you say "
                    + $"so.\n\nWhat it changes: {diff}\nTo take it: {activate}\nThen start the agent again: p38 resume "
                    + $"{agent.Id}",
                $"מודל חיפש את הסיבה וכתב את גרסה {version.Number}. במילים שלו: “{understood}” היא עברה את הבדיקות שלה, "
                    + $"{passed} במספר. שום דבר לא משתנה בלי אישור.\n\nמה היא משנה: {diff}\nכדי לקבל אותה: {activate}\n"
                    + $"ואז, כדי להפעיל את הסוכן שוב: p38 resume {agent.Id}"
            )
                + (gained.Count == 0 ? "" : "\n\n" + language.Say("It may then do, too:", "הוא יוכל אז גם:"))
                + string.Concat(gained.Select(line => $"\n- {line}"))
                + Cost(language, proved.Making),
            version.CreatedAt
        );
    }

    /// <summary>There is none, and why.</summary>
    public static InboxMessage NotFound(
        Repair repair,
        FailedAgent failed,
        string why,
        Making making,
        DateTimeOffset now
    )
    {
        var agent = failed.Agent;
        var language = LanguageOf(agent);
        var tried = making.Attempts.Count > 0 ? $"p38 show {agent.Id} --history" : null;
        return Of(
            repair,
            agent,
            language.Say($"{agent.Name}: no repair was found", $"{agent.Name}: לא נמצא תיקון"),
            StorableText.Cut(why, MaxWhy)
                + "\n\n"
                + language.Say(
                    $"It stays stopped. {(tried is null ? "" : $"What was tried: {tried}. ")}To have it changed in your words: "
                        + $"p38 edit {agent.Id} \"…\". Once the cause is gone: p38 resume {agent.Id}.",
                    $"הוא נשאר עצור. {(tried is null ? "" : $"מה נוסה: {tried}. ")}כדי לשנות אותו במילים שלך: "
                        + $"p38 edit {agent.Id} \"…\". כשהסיבה תיעלם: p38 resume {agent.Id}."
                )
                + Cost(language, making),
            now
        );
    }

    private static string Cost(Language language, Making making) =>
        making.Usage.Total > 0
            ? "\n\n" + language.Say($"The models cost {Usd.Of(making.Cost)}.", $"עלות המודלים: {Usd.Of(making.Cost)}.")
            : "";

    private static Language LanguageOf(Agent agent) => Sentence.Read(agent.Description).Language;

    // Unique: of two nodes that end one repair, the second one's commit fails, and its version with it.
    private static InboxMessage Of(Repair repair, Agent agent, string title, string text, DateTimeOffset now) =>
        new()
        {
            TeamId = repair.TeamId,
            AgentId = agent.Id,
            TaskId = repair.TaskId,
            Title = StoredText.Title(title),
            Text = StoredText.Message(text),
            Source = "platform",
            IdempotencyKey = $"repair:{repair.Id}",
            CreatedAt = now,
        };
}
