using System.Text.Json;

namespace Project38.Cli.Evaluation.Corpus;

/// <summary>One JSON object of a brief, read key by key: a key that nobody asked for is a problem, never passed over.</summary>
internal sealed class Fields
{
    private readonly JsonElement _value;
    private readonly Problems _problems;
    private readonly HashSet<string> _asked = [];

    /// <summary>An object; anything else is a problem, and reads as empty.</summary>
    public Fields(string at, JsonElement value, Problems problems)
    {
        At = at;
        _problems = problems;
        _value = value;
        if (value.ValueKind != JsonValueKind.Object)
        {
            problems.Add(at, $"is {Kind(value)}, and should be an object");
            _value = JsonElement.Parse("{}");
        }
    }

    /// <summary>File and key of the object.</summary>
    public string At { get; }

    /// <summary>Whether a key is there.</summary>
    public bool Has(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_value.TryGetProperty(name, out _))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The value of a key by one of its names; null when it is not there.</summary>
    public JsonElement? Take(params ReadOnlySpan<string> names)
    {
        JsonElement? found = null;
        foreach (var name in names)
        {
            _asked.Add(name);
            if (!_value.TryGetProperty(name, out var value))
            {
                continue;
            }
            if (found is not null)
            {
                _problems.Add($"{At}.{name}", $"says again what '{names[0]}' says; leave one of them out");
            }
            found ??= value;
        }
        return found;
    }

    /// <summary>A text; null when it is not there or null.</summary>
    public string? Text(params ReadOnlySpan<string> names)
    {
        var value = Take(names);
        switch (value?.ValueKind)
        {
            case null or JsonValueKind.Null:
                return null;
            case JsonValueKind.String:
                return value.Value.GetString();
            default:
                _problems.Add($"{At}.{names[0]}", $"is {Kind(value.Value)}, and should be a text");
                return null;
        }
    }

    /// <summary>A text that has to be there.</summary>
    public string Required(params ReadOnlySpan<string> names)
    {
        if (!Has(names))
        {
            _problems.Add($"{At}.{names[0]}", "is missing, and should be a text");
        }
        return Text(names) ?? "";
    }

    /// <summary>A whole number of a range; null when it is not there.</summary>
    public int? Number(int least, int most, params ReadOnlySpan<string> names)
    {
        if (Take(names) is not { } value)
        {
            return null;
        }
        if (
            value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out var number)
            && number >= least
            && number <= most
        )
        {
            return number;
        }
        _problems.Add(
            $"{At}.{names[0]}",
            $"is {value.GetRawText()}, and should be a whole number from {least} to {most}"
        );
        return null;
    }

    /// <summary>Every key not asked for is a problem.</summary>
    public void Done()
    {
        foreach (var property in _value.EnumerateObject().Where(property => !_asked.Contains(property.Name)))
        {
            _problems.Add(
                $"{At}.{property.Name}",
                $"is not known here; known are {string.Join(", ", _asked.Order(StringComparer.Ordinal))}"
            );
        }
    }

    /// <summary>What kind of value something is, for a message.</summary>
    public static string Kind(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.String => "a text",
            JsonValueKind.Number => "a number",
            JsonValueKind.True or JsonValueKind.False => "true or false",
            _ => "null",
        };
}
