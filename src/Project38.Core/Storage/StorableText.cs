using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Project38.Core.Storage;

/// <summary>Text that every database takes.</summary>
/// <remarks>
/// PostgreSQL has no NUL in text, and neither database takes half of a surrogate pair; an agent may print and send
/// both. U+FFFD takes their place. Every text column is written through this; SQL by hand calls it.
/// </remarks>
public static class StorableText
{
    /// <summary>The text, with U+FFFD where something cannot be stored.</summary>
    public static string Clean(string text)
    {
        var first = text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff');
        if (first < 0 && !text.Contains('\0'))
        {
            return text;
        }
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\ufffd');
    }

    /// <summary>At most so many characters; of a longer text the beginning, and an ellipsis. Never half of a pair.</summary>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        var end = most - 1;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + "…";
    }

    /// <summary>Whether every name and string in a JSON value is text.</summary>
    /// <remarks>
    /// JSON can write half of a surrogate pair, and Python's does; .NET parses it and throws when it is read. Asked where
    /// JSON comes in, so that it is refused there, and not met in the middle of a run.
    /// </remarks>
    public static bool IsText(JsonElement json)
    {
        try
        {
            return json.ValueKind switch
            {
                JsonValueKind.String => json.GetString() is not null,
                JsonValueKind.Array => json.EnumerateArray().All(IsText),
                JsonValueKind.Object => json.EnumerateObject()
                    .All(property => property.Name is not null && IsText(property.Value)),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    internal sealed class Converter() : ValueConverter<string, string>(text => Clean(text), text => text);
}
