using System.Text.Json;

namespace Project38.Cli.Verbs;

/// <summary>A config on the command line: JSON, or <c>@FILE</c> that holds it.</summary>
internal static class ConfigArgument
{
    /// <summary>Reads it.</summary>
    /// <returns>An object; null when none was given.</returns>
    public static async Task<JsonElement?> ReadAsync(string? given, CancellationToken cancellationToken)
    {
        if (given is null)
        {
            return null;
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
                $"--config is not JSON. {place} Write an object, for example '{{\"threshold\": 5}}'.",
                exception
            );
        }
    }
}
