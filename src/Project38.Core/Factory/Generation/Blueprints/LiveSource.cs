using System.Text.Json.Nodes;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>An address from which a blueprint's agent gets what it watches.</summary>
/// <param name="Url">What it asks.</param>
/// <param name="Path">Where in its JSON the value stands, names with dots between; null: whatever it answers.</param>
internal sealed record LiveSource(string Url, string? Path = null)
{
    /// <summary>The one that a config names; none where the key holds no text.</summary>
    /// <param name="config">The agent's whole config.</param>
    /// <param name="key">The key of the address.</param>
    /// <param name="path">See <see cref="Path"/>.</param>
    public static IEnumerable<LiveSource> Of(JsonObject config, string key, string? path = null) =>
        Text(config[key]) is { Length: > 0 } url ? [new LiveSource(url, path)] : [];

    /// <summary>An address of the user's own, then the public ones under <c>sources</c>, as those agents try them.</summary>
    /// <param name="config">The agent's whole config.</param>
    /// <param name="key">The key of the user's own address.</param>
    /// <param name="filled">Keys whose values are put into that address where it names them in braces.</param>
    public static IEnumerable<LiveSource> OwnThenPublic(JsonObject config, string key, params string[] filled)
    {
        var own = Of(config, key, Text(config["field"]))
            .Select(source =>
                source with
                {
                    Url = filled.Aggregate(source.Url, (url, one) => url.Replace($"{{{one}}}", Text(config[one]))),
                }
            );
        var others = (config["sources"] as JsonArray ?? [])
            .OfType<JsonObject>()
            .SelectMany(one => Of(one, "url", Text(one["path"])));
        return own.Concat(others);
    }

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
