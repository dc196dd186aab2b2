using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Project38.Contracts;
using Project38.Core.Storage;

namespace Project38.Server.Http;

/// <summary>Fields of a body that its route does not know: named, with what was meant perhaps. The first of many.</summary>
internal static class UnknownFields
{
    private const int Most = 20;
    private const int LongestName = 64;

    /// <summary>Adds a complaint for each.</summary>
    /// <param name="root">The body, an object.</param>
    /// <param name="type">What the route takes.</param>
    /// <param name="errors">Where they go.</param>
    public static void Refuse(JsonElement root, JsonTypeInfo type, FieldErrors errors)
    {
        var unread = type.Type.GetCustomAttribute<UnreadFieldsAttribute>()?.Names ?? [];
        string[] known = [.. type.Properties.Select(property => property.Name)];
        var unknown = root.EnumerateObject()
            .Where(field => !known.Any(field.NameEquals) && !unread.Any(field.NameEquals))
            // A name is compared with each that is known, letter by letter.
            .Select(field => StorableText.Cut(field.Name, LongestName));
        foreach (var name in unknown.Take(Most))
        {
            var meant = Nearest.Among(name, known);
            errors.Add(name, "is no field of this request." + (meant.Length > 0 ? meant : Takes(known)));
        }
    }

    private static string Takes(IReadOnlyList<string> known) =>
        known.Count > 0 ? $" It takes {string.Join(", ", known.Select(name => $"'{name}'"))}" : " It takes none";
}
