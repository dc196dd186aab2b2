using System.Text.Json.Nodes;

namespace Project38.Core.Agents;

/// <summary>The name of a Python image, as <c>config.python</c> and its folder have it.</summary>
public static class PythonName
{
    /// <summary>How it is written, for a person.</summary>
    public const string Form = "1 to 40 of a-z, 0-9, '-' and '_', and no '-' first";

    /// <summary>Whether a text is one.</summary>
    public static bool IsOne(string text) =>
        text.Length is >= 1 and <= 40
        && text[0] != '-'
        && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_');

    /// <summary>What a config names, whether it is a name or not; null: none.</summary>
    public static string? In(JsonObject config) =>
        config["python"] is JsonValue value && value.TryGetValue<string>(out var name) ? name : null;
}
