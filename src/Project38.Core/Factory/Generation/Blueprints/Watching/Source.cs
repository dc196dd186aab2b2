using System.Text.Json.Nodes;

namespace Project38.Core.Factory.Generation.Blueprints.Watching;

/// <summary>A public address that gives a number without a key, as a blueprint's <c>sources.json</c> lists it.</summary>
/// <param name="Kind">What it knows.</param>
/// <param name="Url">With <c>{names}</c> to fill in.</param>
/// <param name="Path">Where in its JSON the number stands, with dots between.</param>
internal sealed record Source(string Kind, string Url, string Path)
{
    /// <summary>The sources of some kinds, filled in, in the order in which they are tried.</summary>
    public static JsonArray Fill(IEnumerable<Source> sources, params (string Name, string Value)[] values) =>
        [
            .. sources.Select(source => new JsonObject
            {
                ["url"] = With(source.Url, values),
                ["path"] = With(source.Path, values),
            }),
        ];

    private static string With(string text, (string Name, string Value)[] values) =>
        values.Aggregate(text, (filled, value) => filled.Replace($"{{{value.Name}}}", value.Value));
}
