using System.Text.Json.Nodes;
using Project38.Core.Tools.Http;

namespace Project38.Core.Factory;

/// <summary>Hosts that a program is sent to by its config rather than by its code.</summary>
internal static class ConfigHosts
{
    private const int MaxDepth = 16;

    /// <summary>The hosts of all http and https addresses among the config's values, as the manifest writes them.</summary>
    public static IEnumerable<string> Of(JsonObject config) => Texts(config, MaxDepth).Select(Host).OfType<string>();

    private static IEnumerable<string> Texts(JsonNode? node, int depth) =>
        (node, depth) switch
        {
            (_, 0) => [],
            (JsonObject members, _) => members.SelectMany(member => Texts(member.Value, depth - 1)),
            (JsonArray items, _) => items.SelectMany(item => Texts(item, depth - 1)),
            (JsonValue value, _) when value.TryGetValue<string>(out var text) => [text],
            _ => [],
        };

    private static string? Host(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") && uri.Host.Length > 0
            ? EgressPolicy.HostKey(uri)
            : null;
}
