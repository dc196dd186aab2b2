using System.Text.Json.Nodes;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>What an agent made of a sentence will be.</summary>
/// <param name="Config">Its own config, without schedule and language.</param>
/// <param name="Name">Its name.</param>
/// <param name="Does">What it does, behind "Every day at 8:00: ", without a full stop.</param>
internal sealed record Plan(JsonObject Config, string Name, string Does);

/// <summary>A reading in the making: gathers what is missing, and ends as served or as refused.</summary>
internal sealed class Draft(Blueprint blueprint, Sentence sentence, TimeReading time)
{
    private readonly List<string> _problems = [.. time.Problems];

    /// <summary>The sentence's language.</summary>
    public Language Language => sentence.Language;

    /// <summary>One thing to say, in the sentence's language.</summary>
    public string Say(string english, string hebrew) => Language.Say(english, hebrew);

    /// <summary>Something is missing or cannot be.</summary>
    public void Problem(string english, string hebrew) => _problems.Add(Say(english, hebrew));

    /// <summary>Ends the reading: every word accounted for and nothing missing, or refused.</summary>
    /// <param name="otherwise">When it is due where the sentence says nothing about time.</param>
    /// <param name="plan">Asked only when the sentence is served.</param>
    public BlueprintReading End(Func<TimeReading, When> otherwise, Func<Plan> plan)
    {
        Fillers.Take(sentence);
        if (time.When is { Once: true })
        {
            Problem(
                "That time comes only once. Say how often to look, for example “every 5 minutes” or “every day at 8”.",
                "הזמן הזה בא רק פעם אחת. יש לומר באיזו תדירות לבדוק, למשל “כל 5 דקות” או “כל יום ב-8”."
            );
        }
        var leftovers = Fillers.Leftovers(sentence);
        if (_problems.Count > 0 || leftovers.Count > 0)
        {
            return new BlueprintReading
            {
                Blueprint = blueprint.Name,
                Leftovers = leftovers,
                Problems = _problems,
            };
        }

        var when = time.When ?? otherwise(time);
        var made = plan();
        made.Config["language"] = Language.Code();
        return new BlueprintReading
        {
            Blueprint = blueprint.Name,
            Leftovers = [],
            Problems = [],
            When = when,
            Config = made.Config,
            AgentName = made.Name,
            Understood = Say(
                $"{TableTotal.Capital(when.English)} ({when.TimeZone}): {made.Does}.",
                $"{when.Hebrew} ({when.TimeZone}): {made.Does}."
            ),
        };
    }

    /// <summary>Every day at 8.</summary>
    public static When Daily(TimeReading time) =>
        new("0 8 * * *", time.Zone, Once: false, "every day at 08:00", "כל יום בשעה 08:00");

    /// <summary>Every hour.</summary>
    public static When Hourly(TimeReading time) => new("0 * * * *", time.Zone, Once: false, "every hour", "כל שעה");

    /// <summary>Every 5 minutes.</summary>
    public static When EveryFiveMinutes(TimeReading time) =>
        new("*/5 * * * *", time.Zone, Once: false, "every 5 minutes", "כל 5 דקות");
}
