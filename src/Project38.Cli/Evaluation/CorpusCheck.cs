using System.Text.RegularExpressions;
using Project38.Cli.Evaluation.Corpus;
using Project38.Cli.Evaluation.Judging;

namespace Project38.Cli.Evaluation;

/// <summary>Whether a corpus can tell right from wrong: addresses, clocks, and that a silent and a noisy agent fail.</summary>
internal static partial class CorpusCheck
{
    /// <summary>All that is wrong with a brief that was understood.</summary>
    public static IReadOnlyList<string> Of(Brief brief) =>
        brief.Expect.Refused
            ? []
            : [.. Addresses(brief).Concat(Clocks(brief)).Concat(Agents(brief)).Select(what => $"{brief.File}: {what}")];

    private static IEnumerable<string> Addresses(Brief brief) =>
        Address()
            .Matches(brief.Text)
            .Select(match =>
                Uri.UnescapeDataString(match.Groups["path"].Value.TrimEnd('.', ',', ';', ':', ')', '?', '!'))
            )
            .Select(path => path.Split('?')[0])
            .Distinct()
            .Where(path => !brief.World.Any(entry => entry.Path == path || (path.Length == 0 && entry.Path == "/")))
            .Select(path => $"the brief names {{BASE}}{path}, which its world does not have");

    private static IEnumerable<string> Clocks(Brief brief)
    {
        if (brief.Expect.Schedule is not { } schedule)
        {
            yield break;
        }
        var zone = TimeZoneInfo.FindSystemTimeZoneById(schedule.Timezone ?? "UTC");
        foreach (var (index, moment) in brief.Clock.Index())
        {
            if (moment is { } time && !schedule.Cron.Any(cron => cron.Fires(time, zone)))
            {
                yield return $"the clock of run {index + 1}, {time:O}, is no fire of '{schedule.Cron[0].Text}' ({zone.Id})";
            }
        }
    }

    private static IEnumerable<string> Agents(Brief brief)
    {
        if (Judge.Of(brief, Acting(brief, [])).Count == 0)
        {
            yield return "an agent that does nothing would be right";
        }
        if (Judge.Of(brief, Acting(brief, ["Update\nSomething may have changed."])).Count == 0)
        {
            yield return "an agent that says something on every run would be right";
        }
    }

    private static Seen Acting(Brief brief, IReadOnlyList<string> said) =>
        new(
            [.. brief.Expect.Runs.Select(run => new SeenRun(run.Status[0], null, said))],
            new Dictionary<string, byte[]>(),
            [],
            brief.Expect.Schedule?.Cron[0].Text,
            brief.Expect.Schedule?.Timezone
        );

    [GeneratedRegex(@"\{BASE\}(?<path>/[^\s""'<>]*)?", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
