using System.Text.Json.Nodes;
using Project38.Core.Factory.Generation;
using Project38.Core.Factory.Generation.Blueprints;

namespace Project38.Core.Tests.Factory.Generation;

/// <summary>Reads a sentence as a user in Jerusalem would say it, on Sunday 22 November 2026 at 10:00 there.</summary>
internal static class Reading
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    public static (BlueprintReading? Served, GenerationResult.Refused? Refusal) Of(string sentence) =>
        BlueprintGenerator.Choose(new AgentBrief(sentence, null, "Asia/Jerusalem", "test"), Now);

    /// <summary>One line: <c>blueprint [cron] key=value …</c>, or <c>refused: leftover | leftover</c>, or why.</summary>
    public static string Line(string sentence)
    {
        var (served, refusal) = Of(sentence);
        if (served is null)
        {
            return "refused: "
                + (
                    refusal!.Leftovers.Count > 0
                        ? string.Join(" | ", refusal.Leftovers)
                        : refusal.Reason.ReplaceLineEndings(" ")
                );
        }
        var zone = served.When!.TimeZone == "Asia/Jerusalem" ? "" : $" {served.When.TimeZone}";
        var own = served
            .Config.Where(pair =>
                pair.Key is not ("schedule" or "timezone" or "language" or "sources" or "name") && !IsDefault(pair)
            )
            .Select(pair =>
                $" {pair.Key}={(pair.Value is JsonArray list ? string.Join('|', list.Select(one => one!.ToString())) : pair.Value)}"
            );
        return $"{served.Blueprint} [{served.When.Cron}{zone}]{string.Concat(own)}";
    }

    private static bool IsDefault(KeyValuePair<string, JsonNode?> pair) =>
        (pair.Key, pair.Value?.ToString())
            is
                ("once", _)
                or
                ("direction", "above")
                or
                ("measure", "total")
                or
                ("newest", "0")
                or
                ("most", "20")
                or
                ("count", "1")
                or
                ("pattern", "*")
                or
                ("api", "https://api.github.com")
                or
                ("prereleases", "false")
                or
                ("failures", "1")
                or
                ("wait", "10");
}
