using System.Text.Json;

namespace Project38.Cli.Evaluation.Corpus;

/// <summary>A brief's file as JSON that can be read to its end: no key twice, and every text made of whole characters.</summary>
internal static class BriefJson
{
    private const string Half =
        "has half of a surrogate pair, which is no character; write both halves, or leave it out";

    /// <summary>The whole of it; null when something is wrong.</summary>
    public static JsonElement? Parse(string file, string json, Problems problems)
    {
        try
        {
            using var document = JsonDocument.Parse(
                json,
                new JsonDocumentOptions { MaxDepth = 64, AllowDuplicateProperties = false }
            );
            return IsWhole(file, document.RootElement, problems) ? document.RootElement.Clone() : null;
        }
        catch (JsonException exception)
        {
            problems.Add(file, $"is not JSON: {exception.Message}");
            return null;
        }
        catch (InvalidOperationException)
        {
            // What the reader throws as it compares keys.
            problems.Add($"{file}: a key", Half);
            return null;
        }
    }

    private static bool IsWhole(string at, JsonElement value, Problems problems)
    {
        var whole = true;
        switch (value.ValueKind)
        {
            case JsonValueKind.String when !IsText(value):
                problems.Add(at, Half);
                return false;
            case JsonValueKind.Array:
                foreach (var (index, one) in value.EnumerateArray().Index())
                {
                    whole &= IsWhole($"{at}[{index}]", one, problems);
                }
                break;
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    whole &= IsWhole($"{at}.{property.Name}", property.Value, problems);
                }
                break;
        }
        return whole;
    }

    // There is no way to ask but to try.
    private static bool IsText(JsonElement value)
    {
        try
        {
            value.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
