using Project38.Core.Agents;
using Project38.Core.Factory.Generation.Blueprints;
using Project38.Core.Factory.Generation.Sentences;
using Project38.Core.Factory.Generation.Times;
using Project38.Core.Storage;

namespace Project38.Core.Factory.Generation;

/// <summary>Serves a brief by the one blueprint that accounts for every word of it, or refuses and says why.</summary>
internal sealed class BlueprintGenerator(TimeProvider clock)
{
    private static readonly Blueprint[] _blueprints =
    [
        new TableTotal(),
        new Uptime(),
        new LinkCheck(),
        new Quote(),
        new CurrencyRate(),
        new JsonField(),
        new PageChange(),
        new Feed(),
        new Releases(),
        new FolderWatch(),
        new LogPattern(),
        new Reminder(),
    ];

    /// <summary>Makes a program, or says why not. Never a program that does something else than was asked.</summary>
    public GenerationResult Generate(AgentBrief brief)
    {
        var (served, refusal) = Choose(brief, clock.GetUtcNow());
        if (served is null)
        {
            return refusal!;
        }
        var files = BlueprintFiles.Of(served.Blueprint);
        return new GenerationResult.Made(
            new GeneratedAgent
            {
                Name = brief.Name ?? LineText.Clean(served.AgentName),
                Understood = served.Understood,
                Code = files.Code,
                Tests = files.Tests,
                Config = served.Config,
                Origin = OriginOf(served.Blueprint),
            }
        );
    }

    /// <summary>The blueprint that has the most to do with a brief, whether or not it serves it; null: none has.</summary>
    public string? Closest(AgentBrief brief)
    {
        var sentence = Sentence.Read(brief.Description);
        var times = new TimeReader(clock.GetUtcNow(), brief.TimeZone);
        return _blueprints
            .Select(blueprint => blueprint.Read(sentence.Copy(), times))
            .OfType<BlueprintReading>()
            .MinBy(reading => (reading.Leftovers.Sum(words => words.Length), reading.Problems.Count))
            ?.Blueprint;
    }

    /// <summary>The blueprint that an agent was made of.</summary>
    public static Blueprint Of(GeneratedAgent agent) =>
        Array.Find(_blueprints, one => agent.Origin == OriginOf(one.Name))
        ?? throw new ArgumentException($"{agent.Origin} is no blueprint.", nameof(agent));

    /// <summary>The one reading that serves, with the schedule in its config, or the refusal.</summary>
    internal static (BlueprintReading? Served, GenerationResult.Refused? Refusal) Choose(
        AgentBrief brief,
        DateTimeOffset now
    )
    {
        if (brief.Description.Length is < 10 or > Agent.MaxDescription)
        {
            return Refuse(
                $"A description has 10 to {Agent.MaxDescription} characters; this one has {brief.Description.Length}."
            );
        }
        if (Schedule.TryParse("* * * * *", brief.TimeZone, now, out var zoneError) is null)
        {
            return Refuse(zoneError!);
        }

        var sentence = Sentence.Read(brief.Description);
        var times = new TimeReader(now, brief.TimeZone);
        var readings = _blueprints.Select(b => b.Read(sentence.Copy(), times)).OfType<BlueprintReading>().ToArray();
        var served = readings.Where(reading => reading.Serves).ToArray();
        return served switch
        {
            [var only] => Scheduled(only, now),
            [] => (null, Refusals.NoneServes(sentence, readings, _blueprints, isNew: brief.Existing is null)),
            _ => (null, Refusals.SeveralServe(sentence, served)),
        };
    }

    // The reader makes the cron itself, so this can only fail where it is wrong; then no agent is made.
    private static (BlueprintReading?, GenerationResult.Refused?) Scheduled(
        BlueprintReading reading,
        DateTimeOffset now
    )
    {
        var when = reading.When!;
        if (Schedule.TryParse(when.Cron, when.TimeZone, now, out var error) is null)
        {
            return Refuse(error!);
        }
        reading.Config["schedule"] = when.Cron;
        reading.Config["timezone"] = when.TimeZone;
        return (reading, null);
    }

    private static string OriginOf(string name) => $"blueprint:{name}";

    private static (BlueprintReading?, GenerationResult.Refused?) Refuse(string reason) =>
        (null, new GenerationResult.Refused(reason, []));
}
