using System.Text.Json;
using System.Text.Json.Nodes;

namespace Project38.Core.Tools.Llm;

/// <summary>What an agent wants an answer to look like: the part of JSON Schema that every provider keeps to.</summary>
/// <remarks>
/// <c>type</c> (a name, or a name and <c>"null"</c>), <c>properties</c>, <c>items</c>, <c>enum</c>, <c>description</c> and
/// <c>title</c>. All properties are answered and no others, so <c>required</c> and <c>additionalProperties</c> may only say that.
/// </remarks>
internal sealed class AnswerSchema
{
    private const int MaxBytes = 16 * 1024;
    private const int MaxDepth = 8;

    private static readonly string[] Types = ["object", "array", "string", "number", "integer", "boolean", "null"];

    private readonly JsonElement _schema;

    private AnswerSchema(JsonElement schema) => _schema = schema;

    /// <summary>Any text.</summary>
    public static AnswerSchema Text { get; } = new(JsonElement.Parse("""{"type": "string"}"""));

    /// <summary>Reads a schema.</summary>
    /// <exception cref="ToolException">It is none, or has more than is understood; the message says what, and what to write.</exception>
    public static AnswerSchema Read(JsonElement schema)
    {
        if (schema.GetRawText().Length > MaxBytes)
        {
            throw new ToolException("llm.ask: 'schema' is larger than 16 KB.");
        }

        Check(schema, "schema", depth: 1);
        return new AnswerSchema(schema);
    }

    /// <summary>The schema of <c>{"answer": …}</c>, as providers want it: all properties required, no others.</summary>
    public JsonElement ForModel() =>
        JsonSerializer.SerializeToElement(
            new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["answer"] = Strict(_schema) },
                ["required"] = new JsonArray("answer"),
                ["additionalProperties"] = false,
            }
        );

    /// <summary>What is wrong with an answer; null: nothing.</summary>
    public string? Fault(JsonElement answer) => Fault(_schema, answer, "answer");

    private static void Check(JsonElement schema, string at, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            throw new ToolException($"llm.ask: '{at}' is no schema. Write {{\"type\": \"string\"}}, for example.");
        }
        if (depth > MaxDepth)
        {
            throw new ToolException($"llm.ask: 'schema' is nested deeper than {MaxDepth} levels.");
        }

        foreach (var word in schema.EnumerateObject())
        {
            CheckWord(schema, word, at, depth);
        }

        if (TypesOf(schema) is [])
        {
            throw new ToolException(
                $"llm.ask: '{at}' needs a 'type': {string.Join(", ", Types)}, or a list of one and \"null\"."
            );
        }
        if (IsOf(schema, "array") && !schema.TryGetProperty("items", out _))
        {
            throw new ToolException($"llm.ask: '{at}' is an array, and needs 'items'.");
        }
    }

    private static void CheckWord(JsonElement schema, JsonProperty word, string at, int depth)
    {
        var value = word.Value;
        switch (word.Name)
        {
            case "type" or "description" or "title":
                break;
            case "enum" when value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0:
                break;
            case "items":
                Check(value, $"{at}.items", depth + 1);
                break;
            case "properties" when value.ValueKind == JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    Check(property.Value, $"{at}.{Shown(property.Name)}", depth + 1);
                }
                break;
            case "additionalProperties" when value.ValueKind == JsonValueKind.False:
                break;
            case "required"
                when value.ValueKind == JsonValueKind.Array
                    && value.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String)
                    && PropertiesOf(schema)
                        .All(property => value.EnumerateArray().Any(name => name.ValueEquals(property.Name))):
                break;
            case "required":
                throw new ToolException(
                    $"llm.ask: all properties of '{at}' are answered. Leave out 'required', and write {{\"type\": [\"string\", "
                        + "\"null\"]}} for one that there may be none of."
                );
            default:
                throw new ToolException(
                    $"llm.ask: '{at}' has '{Shown(word.Name)}', which is not understood so. It takes type, properties, items, enum, "
                        + "description and title; check the rest in the program."
                );
        }
    }

    private static JsonObject Strict(JsonElement schema)
    {
        var strict = new JsonObject();
        foreach (
            var word in schema
                .EnumerateObject()
                .Where(word => word.Name is "type" or "description" or "title" or "enum")
        )
        {
            strict[word.Name] = JsonNode.Parse(word.Value.GetRawText());
        }
        if (schema.TryGetProperty("items", out var items))
        {
            strict["items"] = Strict(items);
        }
        if (IsOf(schema, "object"))
        {
            var properties = new JsonObject();
            foreach (var property in PropertiesOf(schema))
            {
                properties[property.Name] = Strict(property.Value);
            }
            strict["properties"] = properties;
            strict["required"] = new JsonArray([.. properties.Select(property => JsonValue.Create(property.Key))]);
            strict["additionalProperties"] = false;
        }
        return strict;
    }

    private static string? Fault(JsonElement schema, JsonElement value, string at)
    {
        if (!TypesOf(schema).Any(type => IsA(type, value)))
        {
            return $"'{at}' is no {string.Join(" or ", TypesOf(schema))}";
        }
        if (
            schema.TryGetProperty("enum", out var choices)
            && !choices.EnumerateArray().Any(choice => JsonElement.DeepEquals(choice, value))
        )
        {
            return $"'{at}' is none of those in 'enum'";
        }
        if (value.ValueKind == JsonValueKind.Array)
        {
            return value
                .EnumerateArray()
                .Select((item, place) => Fault(schema.GetProperty("items"), item, $"{at}[{place}]"))
                .FirstOrDefault(fault => fault is not null);
        }
        if (value.ValueKind != JsonValueKind.Object)
        {
            return null;
        }
        if (
            value
                .EnumerateObject()
                .FirstOrDefault(given => !PropertiesOf(schema).Any(known => known.Name == given.Name)) is
            { Value.ValueKind: not JsonValueKind.Undefined } other
        )
        {
            return $"'{at}' has '{Shown(other.Name)}', which the schema does not";
        }
        return PropertiesOf(schema)
            .Select(property =>
                value.TryGetProperty(property.Name, out var given)
                    ? Fault(property.Value, given, $"{at}.{Shown(property.Name)}")
                    : $"'{at}.{Shown(property.Name)}' is missing"
            )
            .FirstOrDefault(fault => fault is not null);
    }

    private static IEnumerable<JsonProperty> PropertiesOf(JsonElement schema) =>
        schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            ? properties.EnumerateObject()
            : [];

    // One name, or one and "null"; anything else is no type.
    private static string[] TypesOf(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            return [];
        }
        JsonElement[] given = type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray()] : [type];
        string[] names =
        [
            .. given.Select(name => name.ValueKind == JsonValueKind.String ? name.GetString()! : "").Distinct(),
        ];
        return names.All(Types.Contains) && (names.Length == 1 || (names.Length == 2 && names.Contains("null")))
            ? names
            : [];
    }

    private static bool IsOf(JsonElement schema, string type) => TypesOf(schema).Contains(type);

    private static bool IsA(string type, JsonElement value) =>
        type switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "null" => value.ValueKind == JsonValueKind.Null,
            "integer" => value.ValueKind == JsonValueKind.Number
                && value.TryGetDecimal(out var number)
                && number == decimal.Truncate(number),
            // Thousands of digits are a number in JSON, and in no program.
            _ => value.ValueKind == JsonValueKind.Number
                && value.TryGetDouble(out var number)
                && double.IsFinite(number),
        };

    private static string Shown(string name) => name.Length <= 40 ? name : name[..40] + "…";
}
