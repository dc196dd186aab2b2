using System.Text.Json;
using System.Text.RegularExpressions;

namespace Project38.Core.Agents;

/// <summary>Reads the config key <c>tool_limits</c>.</summary>
internal sealed partial class ToolRuleReader(AgentConfigReader reader)
{
    private const string Key = "tool_limits";
    private const int MostRules = 20;

    /// <summary>The rules; none where there is anything wrong, and then it is noted what to write.</summary>
    public IReadOnlyList<ToolRule> Read()
    {
        if (reader.Find(Key) is not { } value)
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Count() <= MostRules)
        {
            var rules = value.EnumerateObject().Select(Rule).ToList();
            if (rules.TrueForAll(rule => rule is not null))
            {
                return rules!;
            }
        }

        reader.Wrong(
            Key,
            $"'{Key}' is {AgentConfigReader.Shown(value)}. Write a tool such as http.request, a namespace such as http, or \"*\", and for each any of per_minute (1 to "
                + "6,000), per_hour (1 to 100,000), at_once (1 to 16) and timeout (0.1 to 3,600 seconds): {\"http\": {\"per_minute\": "
                + $"30, \"at_once\": 4}}}}; at most {MostRules}."
        );
        return [];
    }

    private static ToolRule? Rule(JsonProperty given)
    {
        if (
            !Name.IsMatch(given.Name)
            || given.Value.ValueKind != JsonValueKind.Object
            || !given.Value.EnumerateObject().Any()
        )
        {
            return null;
        }

        var rule = new ToolRule(given.Name, null, null, null, null);
        foreach (var part in given.Value.EnumerateObject())
        {
            if (With(rule, part.Name, part.Value) is not { } next)
            {
                return null;
            }
            rule = next;
        }
        return rule;
    }

    private static ToolRule? With(ToolRule rule, string name, JsonElement value) =>
        name switch
        {
            "per_minute" when Whole(value, 6_000) is { } calls => rule with { PerMinute = calls },
            "per_hour" when Whole(value, 100_000) is { } calls => rule with { PerHour = calls },
            "at_once" when Whole(value, 16) is { } calls => rule with { AtOnce = calls },
            "timeout"
                when value.ValueKind == JsonValueKind.Number
                    && value.TryGetDouble(out var seconds)
                    && seconds is >= 0.1 and <= 3_600 => rule with
            {
                Timeout = TimeSpan.FromSeconds(seconds),
            },
            _ => null,
        };

    [GeneratedRegex(@"^(\*|[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39})?)\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name { get; }

    private static int? Whole(JsonElement value, int most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 1 && number <= most
            ? number
            : null;
}
