using System.Text.Json;
using Project38.Cli.Evaluation.Judging;

namespace Project38.Cli.Evaluation.Corpus;

/// <summary>Reads <c>expect.schedule</c>: a cron, or an object with <c>cron</c> and <c>timezone</c>.</summary>
internal static class ScheduleReader
{
    /// <summary>The schedule; null: the brief states none.</summary>
    public static ScheduleLine? Read(Fields expect, Problems problems)
    {
        var at = $"{expect.At}.schedule";
        var value = expect.Take("schedule");
        string? zone = null;
        if (value is { ValueKind: JsonValueKind.Object } whole)
        {
            var fields = new Fields(at, whole, problems);
            zone = fields.Text("timezone", "zone", "tz");
            value = fields.Take("cron", "schedule", "expression");
            fields.Done();
            if (zone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            {
                problems.Add($"{at}.timezone", $"is '{zone}', which is no IANA time zone known here");
                zone = null;
            }
        }
        IReadOnlyList<string> crons = value switch
        {
            null or { ValueKind: JsonValueKind.Null } => [],
            { ValueKind: JsonValueKind.String } one => [one.GetString()!],
            { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(one => one.ToString())],
            _ => [""],
        };
        var sets = new List<CronSets>();
        foreach (var cron in crons)
        {
            if (CronSets.Parse(cron) is { } read)
            {
                sets.Add(read);
            }
            else
            {
                problems.Add(at, $"has the cron '{cron}'; give 5 fields, 6 with seconds, or a nickname as '@daily'");
            }
        }
        return sets.Count == 0 ? null : new ScheduleLine(sets, zone);
    }
}
