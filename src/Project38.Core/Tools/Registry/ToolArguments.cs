using System.Text.Json;

namespace Project38.Core.Tools.Registry;

/// <summary>The arguments of one call, checked against the tool's parameters.</summary>
public sealed class ToolArguments
{
    private readonly Dictionary<string, JsonElement> _values;

    private ToolArguments(Dictionary<string, JsonElement> values) => _values = values;

    /// <summary>Checks what an agent sent. All that is wrong is said at once, each argument by its name.</summary>
    /// <exception cref="ToolException">Something is missing, unknown or of the wrong type.</exception>
    public static ToolArguments Check(ToolDefinition tool, IEnumerable<KeyValuePair<string, JsonElement>>? given)
    {
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var faults = new List<string>();
        foreach (var (name, value) in given ?? [])
        {
            var parameter = tool.Parameters.FirstOrDefault(parameter => parameter.Name == name);
            if (parameter is null)
            {
                faults.Add($"there is no argument '{Clip(name)}'");
            }
            else if (Fault(parameter.Type, value) is { } fault)
            {
                faults.Add($"'{name}' must be {fault}");
            }
            else
            {
                values[name] = value;
            }
        }

        foreach (var parameter in tool.Parameters.Where(parameter => !values.ContainsKey(parameter.Name)))
        {
            if (!parameter.Required)
            {
                values[parameter.Name] = JsonElement.Parse(parameter.Default ?? "null");
            }
            else if (given?.Any(argument => argument.Key == parameter.Name) != true)
            {
                faults.Add($"'{parameter.Name}' is missing");
            }
        }

        return faults.Count == 0
            ? new ToolArguments(values)
            : throw new ToolException(
                $"{tool.Name}: {string.Join("; ", faults.Take(5))}. It takes: "
                    + $"{string.Join(", ", tool.Parameters.Select(parameter => parameter.Name))}."
            );
    }

    /// <summary>A string.</summary>
    public string Text(string name) => _values[name].GetString()!;

    /// <summary>A string, or null.</summary>
    public string? OptionalText(string name) => _values[name].GetString();

    /// <summary>A finite number.</summary>
    public double Number(string name) => _values[name].GetDouble();

    /// <summary>True or false.</summary>
    public bool Flag(string name) => _values[name].GetBoolean();

    /// <summary>Names and their texts, in the order given.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> TextMap(string name) =>
        [
            .. _values[name]
                .EnumerateObject()
                .Select(property => KeyValuePair.Create(property.Name, property.Value.GetString()!)),
        ];

    /// <summary>An object, or null.</summary>
    public JsonElement? OptionalObject(string name) =>
        _values[name] is { ValueKind: JsonValueKind.Object } value ? value : null;

    private static string? Fault(ToolParameterType type, JsonElement value) =>
        type switch
        {
            ToolParameterType.Text => value.ValueKind == JsonValueKind.String ? null : "a string",
            ToolParameterType.OptionalText => value.ValueKind is JsonValueKind.String or JsonValueKind.Null
                ? null
                : "a string or null",
            ToolParameterType.Number => value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var number)
            && double.IsFinite(number)
                ? null
                : "a number",
            ToolParameterType.OptionalObject => value.ValueKind is JsonValueKind.Object or JsonValueKind.Null
                ? null
                : "an object or null",
            ToolParameterType.Flag => value.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? null
                : "true or false",
            _ => value.ValueKind == JsonValueKind.Object
            && value.EnumerateObject().All(property => property.Value.ValueKind == JsonValueKind.String)
                ? null
                : "an object of strings",
        };

    private static string Clip(string name) => name.Length <= 40 ? name : name[..40] + "…";
}
