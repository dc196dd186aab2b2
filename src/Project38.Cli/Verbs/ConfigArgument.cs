using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Project38.Cli.Verbs;

/// <summary>A config on the command line: JSON, <c>@FILE</c> that holds it, or one <c>KEY=VALUE</c>.</summary>
internal static partial class ConfigArgument
{
    /// <summary>Reads it.</summary>
    /// <returns>An object; null when none was given.</returns>
    public static async Task<JsonElement?> ReadAsync(string? given, CancellationToken cancellationToken)
    {
        if (given is null)
        {
            return null;
        }
        if (PairPattern().IsMatch(given))
        {
            var (key, value) = Pair(given);
            var single = new JsonObject { [key] = ValueOf(value) };
            return JsonElement.Parse(single.ToJsonString());
        }

        var text = given.StartsWith('@') ? await LocalFile.ReadTextAsync(given[1..], cancellationToken) : given;
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new CliException(
                    ExitCode.Usage,
                    "--config must be a JSON object, for example '{\"threshold\": 5}'."
                );
        }
        catch (JsonException exception)
        {
            var place = exception is { LineNumber: { } line, BytePositionInLine: { } column }
                ? $"The fault is in line {line + 1}, at column {column + 1}."
                : exception.Message;
            throw new CliException(
                ExitCode.Usage,
                $"--config is not JSON. {place} Write an object, for example '{{\"threshold\": 5}}', or threshold=5.",
                exception
            );
        }
    }

    /// <summary>Reads one <c>KEY=VALUE</c>.</summary>
    public static KeyValuePair<string, string> Pair(string given) =>
        PairPattern().Match(given) is { Success: true } pair
            ? new(pair.Groups["key"].Value, pair.Groups["value"].Value)
            : throw new CliException(
                ExitCode.Usage,
                $"'{given}' is no KEY=VALUE. Write a key of a to z, A to Z, 0 to 9 and '_', no digit first, for example threshold=5."
            );

    /// <summary>5, true and [1, 2] are what they are in JSON; all else is text.</summary>
    public static JsonNode? ValueOf(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    [GeneratedRegex("^(?<key>[A-Za-z_][A-Za-z0-9_]*)=(?<value>.*)$", RegexOptions.Singleline, 1000)]
    private static partial Regex PairPattern();
}
