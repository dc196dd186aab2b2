using System.Text.Json;
using Project38.Core.Agents;
using Project38.Server.Http;

namespace Project38.Server.Api;

/// <summary>A config as requests bring it: an object, or a string that holds one.</summary>
internal static class ConfigOf
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>The JSON of an object; null when none was given.</summary>
    /// <exception cref="ProblemException">It is something else.</exception>
    public static string? Request(JsonElement? given)
    {
        var errors = new FieldErrors();
        var config = Request(given, errors);
        errors.ThrowIfAny();
        return config;
    }

    /// <summary>The JSON of an object; null when none was given, or when it is something else.</summary>
    public static string? Request(JsonElement? given, FieldErrors errors)
    {
        switch (given?.ValueKind)
        {
            case null or JsonValueKind.Null or JsonValueKind.Undefined:
                return null;
            case JsonValueKind.Object:
                return given.Value.GetRawText();
            case JsonValueKind.String when TextOf(given.Value) is { } text && IsObject(text):
                return text;
            default:
                errors.Add("config", "must be a JSON object, or a string that holds one");
                return null;
        }
    }

    /// <summary>A 422 of what is wrong with fields.</summary>
    public static ProblemException Invalid(IEnumerable<FieldError> wrong)
    {
        var errors = new FieldErrors();
        foreach (var error in wrong)
        {
            errors.Add(error.Field, error.Message);
        }
        return errors.ToException();
    }

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: no text that could hold anything.
            return null;
        }
    }

    private static bool IsObject(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
