using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Project38.Core.Storage;

namespace Project38.Core.Agents;

public sealed partial record AgentConfig
{
    /// <summary>Size of a config, in bytes of UTF-8.</summary>
    public const int MaxBytes = 64 * 1024;

    private const int MaxDepth = 32;

    /// <summary>Reads a config: a JSON object of at most 64 KB, 32 levels deep, with no key twice.</summary>
    /// <param name="json">The whole config; the agent's own keys are let alone.</param>
    /// <param name="now">From when on the schedule must fire.</param>
    /// <param name="errors">Everything that is wrong with it; empty when the answer is not null.</param>
    /// <returns>Null when anything is wrong.</returns>
    public static AgentConfig? Read(string json, DateTimeOffset now, out IReadOnlyList<FieldError> errors)
    {
        if (Encoding.UTF8.GetByteCount(json) > MaxBytes)
        {
            errors =
            [
                new FieldError("config", "'config' is larger than 64 KB. Put data into a file of the workspace."),
            ];
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(
                json,
                new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = MaxDepth }
            );
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                errors =
                [
                    new FieldError("config", "'config' is not a JSON object. Write {\"schedule\": \"0 8 * * *\"}."),
                ];
                return null;
            }
            if (!StorableText.IsText(document.RootElement))
            {
                errors = [new FieldError("config", "'config' holds half of a surrogate pair, which is no text.")];
                return null;
            }
            return AgentConfigReader.Read(document.RootElement, now, out errors);
        }
        // InvalidOperationException: half of a surrogate pair in a name.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            errors =
            [
                new FieldError("config", $"'config' is not valid JSON, at most 32 levels deep: {exception.Message}"),
            ];
            return null;
        }
    }

    /// <summary><c>tools</c> of a config, whatever else is in it; null: it narrows nothing.</summary>
    /// <remarks>Not <see cref="Read"/>, for which a config whose only fire is over is wrong: what it narrows is narrowed.</remarks>
    /// <param name="json">A JSON object.</param>
    internal static IReadOnlyList<string>? ToolsIn(string json)
    {
        using var config = JsonDocument.Parse(json);
        return
            config.RootElement.TryGetProperty("tools", out var tools)
            && tools.ValueKind == JsonValueKind.Array
            && tools.EnumerateArray().All(tool => tool.ValueKind == JsonValueKind.String)
            ? [.. tools.EnumerateArray().Select(tool => tool.GetString()!)]
            : null;
    }

    /// <summary>A config with the keys of another laid over it.</summary>
    /// <param name="json">A JSON object.</param>
    /// <param name="over">A JSON object whose keys replace those of the first, whole; null: none.</param>
    public static string Merge(string json, string? over)
    {
        if (over is null)
        {
            return json;
        }
        var merged = JsonNode.Parse(json)!.AsObject();
        foreach (var (key, value) in JsonNode.Parse(over)!.AsObject())
        {
            merged[key] = value?.DeepClone();
        }
        return merged.ToJsonString();
    }
}
