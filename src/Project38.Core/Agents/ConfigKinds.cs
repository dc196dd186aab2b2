using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Core.Storage;

namespace Project38.Core.Agents;

/// <summary>Whether what somebody lays over an agent's config can stand there.</summary>
internal static class ConfigKinds
{
    private const int MostShown = 60;

    /// <summary>All keys whose number would become something that is none: a program reckons with it.</summary>
    /// <param name="config">The agent's.</param>
    /// <param name="given">What is laid over it; null: nothing.</param>
    public static IReadOnlyList<FieldError> Wrong(JsonObject config, JsonObject? given) =>
        [
            .. (given ?? [])
                .Where(pair =>
                    KindOf(config[pair.Key]) == JsonValueKind.Number
                    && KindOf(pair.Value) is not (JsonValueKind.Number or JsonValueKind.Null)
                )
                .Select(pair => new FieldError(
                    "config",
                    $"'{pair.Key}' would be {Shown(pair.Value!)}, and this agent reckons with a number there. "
                        + $"Give one, for example {pair.Key}={config[pair.Key]}."
                )),
        ];

    private static JsonValueKind KindOf(JsonNode? value) => value?.GetValueKind() ?? JsonValueKind.Null;

    private static string Shown(JsonNode value) =>
        StorableText.Cut(
            value.GetValueKind() == JsonValueKind.String ? $"'{value.GetValue<string>()}'" : value.ToJsonString(),
            MostShown
        );
}
