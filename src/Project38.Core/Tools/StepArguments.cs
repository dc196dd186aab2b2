using System.Text.Json;
using System.Text.Json.Nodes;

namespace Project38.Core.Tools;

/// <summary>What is shown of the arguments of a call: <see cref="RunStep.Arguments"/>.</summary>
internal static class StepArguments
{
    private const int Most = 4096;

    /// <summary>The arguments as JSON, at most 4 KB.</summary>
    public static string Cut(IDictionary<string, JsonElement>? arguments)
    {
        // Big arguments are cut one by one, so that a path stands beside a large text, and what is kept is JSON.
        var room = Most;
        var kept = new JsonObject();
        foreach (var (name, value) in arguments ?? new Dictionary<string, JsonElement>())
        {
            var raw = value.GetRawText();
            var shown = name.Length <= 80 ? name : name[..80];
            if (raw.Length + shown.Length + 8 > room)
            {
                var clip = raw[..Math.Min(raw.Length, Math.Max(0, room - shown.Length - 64) / 2)];
                kept[shown] = JsonValue.Create($"{clip}… ({raw.Length} characters)");
                break;
            }

            room -= raw.Length + shown.Length + 8;
            kept[shown] = JsonNode.Parse(raw);
        }

        return kept.ToJsonString(ToolAnswer.Json);
    }
}
