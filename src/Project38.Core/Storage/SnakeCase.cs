using System.Collections.Frozen;
using System.Text.Json;

namespace Project38.Core.Storage;

/// <summary>The names of enum values in the database and on the wire: <c>RunOnce</c> is <c>run_once</c>.</summary>
public static class SnakeCase
{
    /// <summary>The name of a value.</summary>
    public static string ToSnakeCase<TEnum>(this TEnum value)
        where TEnum : struct, Enum => Known<TEnum>.Names.TryGetValue(value, out var name) ? name : NameOf(value);

    /// <summary>All names of an enum, in its order.</summary>
    public static IReadOnlyList<string> Names<TEnum>()
        where TEnum : struct, Enum => [.. Enum.GetValues<TEnum>().Select(ToSnakeCase)];

    /// <summary>The value of a name, exactly as <see cref="ToSnakeCase"/> writes it; null when there is none.</summary>
    public static TEnum? TryParse<TEnum>(string name)
        where TEnum : struct, Enum => Known<TEnum>.Values.TryGetValue(name, out var value) ? value : null;

    /// <summary>The value of a name.</summary>
    /// <exception cref="FormatException">No value has it.</exception>
    public static TEnum Parse<TEnum>(string name)
        where TEnum : struct, Enum =>
        TryParse<TEnum>(name) ?? throw new FormatException($"'{name}' is no {typeof(TEnum).Name}.");

    private static string NameOf<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    // Every row of a task that is read asks for two.
    private static class Known<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly FrozenDictionary<TEnum, string> Names = Enum.GetValues<TEnum>()
            .Distinct()
            .ToFrozenDictionary(value => value, NameOf);

        public static readonly FrozenDictionary<string, TEnum> Values = Names.ToFrozenDictionary(
            known => known.Value,
            known => known.Key
        );
    }
}
