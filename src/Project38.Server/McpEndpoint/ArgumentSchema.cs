using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Project38.Server.McpEndpoint;

/// <summary>The JSON schema of a tool's arguments, from their record and its attributes.</summary>
internal static class ArgumentSchema
{
    /// <summary>An object with a property for each of the record's; no others are taken.</summary>
    public static JsonElement Of(JsonTypeInfo arguments)
    {
        var properties = new JsonObject(
            arguments.Properties.Select(property =>
                KeyValuePair.Create(property.Name, (JsonNode?)Of(property.PropertyType, property.AttributeProvider!))
            )
        );
        var required = arguments.Properties.Where(property =>
            property.AttributeProvider!.IsDefined(typeof(RequiredAttribute), inherit: false)
        );
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([.. required.Select(property => (JsonNode)property.Name)]),
            ["additionalProperties"] = false,
        };
        return JsonElement.Parse(schema.ToJsonString());
    }

    private static JsonObject Of(Type type, ICustomAttributeProvider attributes)
    {
        var schema = OfType(Nullable.GetUnderlyingType(type) ?? type);
        if (One<AllowedValuesAttribute>(attributes) is { } allowed)
        {
            schema["enum"] = new JsonArray([.. allowed.Values.OfType<string>().Select(value => (JsonNode)value)]);
        }
        if (One<RangeAttribute>(attributes) is { } range)
        {
            (schema["minimum"], schema["maximum"]) = ((int)range.Minimum, (int)range.Maximum);
        }
        schema["description"] = One<DescriptionAttribute>(attributes)!.Description;
        return schema;
    }

    private static JsonObject OfType(Type type) =>
        type switch
        {
            _ when type == typeof(string) => new JsonObject { ["type"] = "string" },
            _ when type == typeof(bool) => new JsonObject { ["type"] = "boolean" },
            _ when type == typeof(int) || type == typeof(long) => new JsonObject { ["type"] = "integer" },
            _ when type == typeof(JsonElement) => new JsonObject { ["type"] = "object" },
            _ when type == typeof(IReadOnlyList<string>) => new JsonObject
            {
                ["type"] = "array",
                ["items"] = new JsonObject { ["type"] = "string" },
            },
            _ => throw new NotSupportedException($"Arguments of type {type} have no schema yet."),
        };

    private static T? One<T>(ICustomAttributeProvider attributes)
        where T : Attribute => attributes.GetCustomAttributes(typeof(T), inherit: false).OfType<T>().FirstOrDefault();
}
