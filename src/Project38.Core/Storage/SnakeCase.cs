using System.Text.Json;

namespace Project38.Core.Storage;

/// <summary>The names of enum values in the database and on the wire: <c>RunOnce</c> is <c>run_once</c>.</summary>
public static class SnakeCase
{
    /// <summary>The name of a value.</summary>
    public static string ToSnakeCase<TEnum>(this TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>All names of an enum, in its order.</summary>
    public static IReadOnlyList<string> Names<TEnum>()
        where TEnum : struct, Enum => [.. Enum.GetValues<TEnum>().Select(ToSnakeCase)];

    /// <summary>The value of a name, exactly as <see cref="ToSnakeCase"/> writes it; null when there is none.</summary>
    public static TEnum? TryParse<TEnum>(string name)
        where TEnum : struct, Enum
    {
        foreach (var value in Enum.GetValues<TEnum>())
        {
            if (value.ToSnakeCase() == name)
            {
                return value;
            }
        }
        return null;
    }

    /// <summary>The value of a name.</summary>
    /// <exception cref="FormatException">No value has it.</exception>
    public static TEnum Parse<TEnum>(string name)
        where TEnum : struct, Enum =>
        TryParse<TEnum>(name) ?? throw new FormatException($"'{name}' is no {typeof(TEnum).Name}.");
}
