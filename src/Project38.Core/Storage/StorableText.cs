using System.Text;
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

    internal sealed class Converter() : ValueConverter<string, string>(text => Clean(text), text => text);
}
