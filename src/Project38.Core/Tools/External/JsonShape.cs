using System.Text.Json;

namespace Project38.Core.Tools.External;

/// <summary>What JSON of strangers may look like, seen before anything is made of it.</summary>
internal static class JsonShape
{
    /// <summary>What is wrong with it, as the end of a sentence; null: nothing is.</summary>
    /// <param name="json">An object, a list or a value.</param>
    /// <param name="most">How deep objects and lists may stand in each other; a value alone is 0.</param>
    public static string? WhyNot(JsonElement json, int most) => WhyNot(json, most, most);

    private static string? WhyNot(JsonElement json, int left, int most)
    {
        if (json.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            return null;
        }

        if (left == 0)
        {
            return $"is nested more than {most} levels deep";
        }

        return json.ValueKind == JsonValueKind.Array
            ? json.EnumerateArray().Select(item => WhyNot(item, left - 1, most)).FirstOrDefault(why => why is not null)
            : WhyNotObject(json, left, most);
    }

    private static string? WhyNotObject(JsonElement json, int left, int most)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
        {
            // Two readers may take two different ones of them, and a JsonObject takes none.
            if (!names.Add(property.Name))
            {
                return "has an object in which a name stands twice";
            }

            if (WhyNot(property.Value, left - 1, most) is { } why)
            {
                return why;
            }
        }

        return null;
    }
}
