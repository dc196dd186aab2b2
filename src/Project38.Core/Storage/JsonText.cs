using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Project38.Core.Storage;

/// <summary>Immutable records in a column, as JSON.</summary>
/// <remarks>
/// Text on PostgreSQL too, not <c>jsonb</c>: no query looks inside, and <c>jsonb</c> refuses <c>\u0000</c> and changes
/// the order of keys, so that a hash over it would not hold.
/// </remarks>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Stores the property as JSON with snake_case names.</summary>
    public static PropertyBuilder<T> AsJson<T>(this PropertyBuilder<T> property)
        where T : class?
    {
        property.HasConversion(new Converter<T>(), new Comparer<T>());
        return property;
    }

    /// <summary>As it is stored: the same value gives the same text.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>What <see cref="Write"/> wrote.</summary>
    public static T Read<T>(string json) =>
        JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException($"A stored {typeof(T).Name} is null.");

    private sealed class Converter<T>() : ValueConverter<T, string>(value => Write(value), json => Read<T>(json))
        where T : class?;

    // Records with lists compare the lists by reference: compare what would be written.
    private sealed class Comparer<T>()
        : ValueComparer<T>(
            (left, right) => left == right || (left != null && right != null && Write(left) == Write(right)),
            value => Write(value).GetHashCode(StringComparison.Ordinal),
            value => value
        )
        where T : class?;
}
