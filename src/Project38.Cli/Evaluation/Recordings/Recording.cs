using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Project38.Cli.Verbs;

namespace Project38.Cli.Evaluation.Recordings;

/// <summary>A model's answers for one brief, in order. <c>ID.json</c> in the folder of recordings.</summary>
internal sealed record Recording
{
    /// <summary>The brief's id.</summary>
    public required string Brief { get; init; }

    /// <summary>As <c>P38_MODEL_PROVIDER</c> names it.</summary>
    public required string Provider { get; init; }

    /// <summary>The model that was asked first.</summary>
    public required string Model { get; init; }

    /// <summary>The model it could fall back to; null: none.</summary>
    public string? Fallback { get; init; }

    /// <summary>The answers, first call first.</summary>
    public required IReadOnlyList<RecordedCall> Calls { get; init; }
}

/// <summary>One answer of a model.</summary>
/// <param name="Prompt">Hash of the part of the prompt that is the same for every brief; null: the request has none.</param>
/// <param name="Type">Its content type.</param>
/// <param name="Body">Its lines; <c>{WORLD}</c> stands for the world's host and port.</param>
internal sealed record RecordedCall(string? Prompt, string Type, IReadOnlyList<string> Body);

/// <summary>Recordings as files.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true
)]
[JsonSerializable(typeof(Recording))]
internal sealed partial class RecordingJson : JsonSerializerContext
{
    // Readable: nothing here is put into a web page. Made when it is asked for, after the generated part of this class.
    private static RecordingJson Readable =>
        new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The file of a brief.</summary>
    public static string FileOf(string folder, string briefId) => Path.Join(folder, $"{briefId}.json");

    /// <summary>Reads one.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="CliException">It is there and no recording.</exception>
    public static async Task<Recording?> ReadAsync(string folder, string briefId, CancellationToken cancellationToken)
    {
        var file = FileOf(folder, briefId);
        if (!File.Exists(file))
        {
            return null;
        }
        try
        {
            return JsonSerializer.Deserialize(
                await LocalFile.ReadTextAsync(file, cancellationToken),
                Default.Recording
            );
        }
        catch (JsonException exception)
        {
            throw new CliException(ExitCode.Usage, $"'{file}' is no recording: {exception.Message}", exception);
        }
    }

    /// <summary>Writes one.</summary>
    public static async Task WriteAsync(string folder, Recording recording, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var text = JsonSerializer.Serialize(recording, Readable.Recording);
        await File.WriteAllTextAsync(FileOf(folder, recording.Brief), text + "\n", cancellationToken);
    }
}
