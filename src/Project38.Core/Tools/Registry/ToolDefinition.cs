using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Core.Agents;

namespace Project38.Core.Tools.Registry;

/// <summary>One tool: its name, what it takes, and how it is called. The one source of its schema.</summary>
public sealed record ToolDefinition
{
    /// <summary>Full name, <c>namespace.name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in one sentence for whoever writes an agent.</summary>
    public required string Description { get; init; }

    /// <summary>What it takes, in the order of the Python function.</summary>
    public required IReadOnlyList<ToolParameter> Parameters { get; init; }

    /// <summary>
    /// The egress policy: throws <see cref="ToolRefusedException"/> when these arguments lead where the grant does
    /// not. Null: the tool leads nowhere outside.
    /// </summary>
    public Action<ToolCall>? EgressPolicy { get; init; }

    /// <summary>
    /// What a call that changes the world answers in a dry run, in place of being made: as if it were done. It refuses what the call
    /// would refuse, as far as looking can tell. Null: no call of this tool changes anything.
    /// </summary>
    public Func<ToolCall, JsonNode?>? StandIn { get; init; }

    /// <summary>Whether a call changes the world: it is not made in a dry run, nor for a run that lost its task. Default: where there is a stand-in.</summary>
    public Func<ToolCall, bool> ChangesWorld
    {
        get => field ?? (_ => StandIn is not null);
        init => (field, SaysWhatChanges) = (value, true);
    }

    /// <summary>Whether it says itself which calls change the world.</summary>
    internal bool SaysWhatChanges { get; private init; }

    /// <summary>What it brings into an agent that holds it. Each tool has to say it: a door would go by it.</summary>
    public required ToolRisk Risks { get; init; }

    /// <summary>Whether it brings its <see cref="Risks"/> under a grant, as one that names where it leads to. Null: under any.</summary>
    public Func<Manifest, bool>? BringsRisks { get; init; }

    /// <summary>How often one run may call it. Null: as often as <see cref="ToolLimits.CallsPerRun"/> lets it.</summary>
    public Func<ToolLimits, int>? MostPerRun { get; init; }

    /// <summary>
    /// The most that a call can cost, in USD, which is set aside in the agent's budget before it is made; <see cref="ToolCall.Cost"/>
    /// says what it did. Null: it costs nothing.
    /// </summary>
    public Func<ToolCall, decimal>? WorstCost { get; init; }

    /// <summary>Makes the call.</summary>
    public required ToolHandler Handler { get; init; }

    /// <summary>The JSON schema of the arguments, as <c>tools/list</c> shows it.</summary>
    public JsonElement InputSchema => field.ValueKind == JsonValueKind.Undefined ? field = Schema() : field;

    private JsonElement Schema()
    {
        var properties = new JsonObject();
        foreach (var parameter in Parameters)
        {
            properties[parameter.Name] = parameter.Schema();
        }

        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
        if (Parameters.Any(parameter => parameter.Required))
        {
            schema["required"] = new JsonArray([
                .. Parameters
                    .Where(parameter => parameter.Required)
                    .Select(parameter => JsonValue.Create(parameter.Name)),
            ]);
        }

        return JsonSerializer.SerializeToElement(schema);
    }
}

/// <summary>What a parameter takes.</summary>
public enum ToolParameterType
{
    /// <summary>A string.</summary>
    Text,

    /// <summary>A string or null.</summary>
    OptionalText,

    /// <summary>A finite number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>An object whose values are strings.</summary>
    TextMap,

    /// <summary>Any object, or null.</summary>
    OptionalObject,
}

/// <summary>One parameter of a tool.</summary>
/// <param name="Name">As in Python.</param>
/// <param name="Type">What it takes.</param>
/// <param name="Description">What it means.</param>
/// <param name="Required">False: it may be left out, and <paramref name="Default"/> stands.</param>
/// <param name="Default">JSON of the default, for example <c>30</c> or <c>""</c>; null where required.</param>
public sealed record ToolParameter(
    string Name,
    ToolParameterType Type,
    string Description,
    bool Required = true,
    string? Default = null
)
{
    internal JsonObject Schema()
    {
        var schema = Type switch
        {
            ToolParameterType.Text => new JsonObject { ["type"] = "string" },
            ToolParameterType.OptionalText => new JsonObject { ["type"] = new JsonArray("string", "null") },
            ToolParameterType.Number => new JsonObject { ["type"] = "number" },
            ToolParameterType.OptionalObject => new JsonObject { ["type"] = new JsonArray("object", "null") },
            ToolParameterType.Flag => new JsonObject { ["type"] = "boolean" },
            _ => new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = new JsonObject { ["type"] = "string" },
            },
        };
        schema["description"] = Description;
        if (!Required)
        {
            schema["default"] = JsonNode.Parse(Default ?? "null");
        }

        return schema;
    }
}
