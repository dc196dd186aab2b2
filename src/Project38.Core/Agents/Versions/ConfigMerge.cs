using System.Text.Json.Nodes;

namespace Project38.Core.Agents.Versions;

/// <summary>Lays what a version changes of a config over what people changed meanwhile.</summary>
internal static class ConfigMerge
{
    /// <summary>Both changes, key by key of the object; what only one side changed is taken from that side.</summary>
    /// <param name="origin">The config that both began with; a JSON object, as are the others.</param>
    /// <param name="made">What the version made of it.</param>
    /// <param name="now">What it has become meanwhile.</param>
    /// <param name="conflicts">Keys that both changed, each to something else; then the answer has the version's.</param>
    public static string Of(string origin, string made, string now, out IReadOnlyList<string> conflicts)
    {
        if (origin == now)
        {
            conflicts = [];
            return made;
        }

        var (from, ours, theirs) = (Read(origin), Read(made), Read(now));
        var merged = theirs.DeepClone().AsObject();
        var both = new List<string>();
        foreach (var key in from.Union(ours).Select(member => member.Key).Distinct(StringComparer.Ordinal))
        {
            if (Same(from, ours, key))
            {
                continue;
            }
            if (!Same(from, theirs, key) && !Same(ours, theirs, key))
            {
                both.Add(key);
            }

            if (ours.ContainsKey(key))
            {
                merged[key] = ours[key]?.DeepClone();
            }
            else
            {
                merged.Remove(key);
            }
        }
        conflicts = both;
        return merged.ToJsonString();
    }

    private static JsonObject Read(string json) => JsonNode.Parse(json)!.AsObject();

    private static bool Same(JsonObject one, JsonObject other, string key) =>
        one.ContainsKey(key) == other.ContainsKey(key) && JsonNode.DeepEquals(one[key], other[key]);
}
