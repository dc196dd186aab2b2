using System.Text.Json;

namespace Project38.Server.Tests;

/// <summary>Names and types of a JSON object: what a client of the wire relies on.</summary>
internal static class Shape
{
    /// <summary>Fails unless an object has exactly these fields, each of one of its types.</summary>
    /// <param name="value">The object.</param>
    /// <param name="fields"><c>name: type</c> or <c>name: type|null</c>; types are those of JSON, and <c>time</c>.</param>
    public static void ShouldHaveFields(this JsonElement value, params string[] fields)
    {
        var expected = fields.Select(field => field.Split(": ")).ToDictionary(parts => parts[0], parts => parts[1]);
        var actual = value.EnumerateObject().ToDictionary(field => field.Name, field => field.Value);

        actual.Keys.Order(StringComparer.Ordinal).ShouldBe(expected.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, types) in expected)
        {
            types.Split('|').Any(type => Is(actual[name], type)).ShouldBeTrue($"{name} is {actual[name]}, not {types}");
        }
    }

    private static bool Is(JsonElement value, string type) =>
        type switch
        {
            "null" => value.ValueKind == JsonValueKind.Null,
            "string" => value.ValueKind == JsonValueKind.String,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            "number" => value.ValueKind == JsonValueKind.Number,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "array" => value.ValueKind == JsonValueKind.Array,
            "object" => value.ValueKind == JsonValueKind.Object,

            // ISO 8601 in UTC, with the letter: what every language's parser takes for the same instant.
            "time" => value.ValueKind == JsonValueKind.String
                && value.GetString()!.EndsWith('Z')
                && value.TryGetDateTimeOffset(out _),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A type unknown here."),
        };
}
