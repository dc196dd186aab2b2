using System.Text.Json;
using System.Text.Json.Nodes;

namespace Project38.Server.Tests;

/// <summary>Where a value is not what a schema of the API's document says. As much of JSON Schema as the document uses.</summary>
internal sealed class SchemaFaults(JsonNode document)
{
    // What says nothing of a value that is here, or is looked at with another keyword.
    private static readonly HashSet<string> s_words =
    [
        "description",
        "default",
        "example",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "maxItems",
        "pattern",
    ];

    /// <summary>Each fault with its place; none: it fits.</summary>
    public IEnumerable<string> Of(JsonNode? value, JsonNode schema, string place = "$")
    {
        if (schema["$ref"] is { } reference)
        {
            return Of(value, Find(reference.GetValue<string>()), place);
        }
        return schema.AsObject().SelectMany(word => Of(value, schema, word.Key, word.Value, place));
    }

    private IEnumerable<string> Of(JsonNode? value, JsonNode schema, string word, JsonNode? says, string place) =>
        word switch
        {
            "type" => Types(says!).Contains(TypeOf(value))
            || (TypeOf(value) is "integer" && Types(says!).Contains("number"))
                ? []
                : [$"{place} is {TypeOf(value)}, and should be {says!.ToJsonString()}"],
            "enum" => says!.AsArray().Any(one => JsonNode.DeepEquals(one, value))
                ? []
                : [$"{place} is {value?.ToJsonString()}, and none of {says.ToJsonString()}"],
            "format" => says!.GetValue<string>() != "date-time"
            || value is null
            || DateTimeOffset.TryParse(value.GetValue<string>(), out _)
                ? []
                : [$"{place} is no time: {value.ToJsonString()}"],
            "required" => says!
                .AsArray()
                .Select(name => name!.GetValue<string>())
                .Where(name => value is JsonObject one && !one.ContainsKey(name))
                .Select(name => $"{place}.{name} is missing"),
            "properties" => value is not JsonObject fields
                ? []
                : fields.SelectMany(field =>
                    says![field.Key] is { } known
                        ? Of(field.Value, known, $"{place}.{field.Key}")
                        : [$"{place}.{field.Key} is not in the schema"]
                ),
            "items" => value is not JsonArray items
                ? []
                : items.SelectMany((item, index) => Of(item, says!, $"{place}[{index}]")),
            "additionalProperties" => value is not JsonObject fields
                ? []
                : fields.SelectMany(field => Of(field.Value, says!, $"{place}.{field.Key}")),
            "oneOf" or "anyOf" => says!.AsArray().Any(one => !Of(value, one!, place).Any())
                ? []
                :
                [
                    $"{place} is none of what it may be: {string.Join("; ", says.AsArray().SelectMany(one => Of(value, one!, place)))}",
                ],
            _ when s_words.Contains(word) => [],
            _ => [$"{place}: the schema says '{word}', which nobody looks at: {schema.ToJsonString()}"],
        };

    private JsonNode Find(string reference) =>
        reference[2..].Split('/').Aggregate(document, (node, part) => node[part]!);

    private static string[] Types(JsonNode says) =>
        says is JsonArray several ? [.. several.Select(one => one!.GetValue<string>())] : [says.GetValue<string>()];

    private static string TypeOf(JsonNode? value) =>
        value?.GetValueKind() switch
        {
            null or JsonValueKind.Null => "null",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.String => "string",
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            _ => value!.ToJsonString().All(letter => char.IsAsciiDigit(letter) || letter == '-') ? "integer" : "number",
        };
}
