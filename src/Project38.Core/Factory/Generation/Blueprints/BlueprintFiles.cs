using System.Text.Json;

namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>A blueprint's program and tests, embedded in the assembly from <c>Blueprints/NAME/</c>.</summary>
internal sealed record BlueprintFiles(string Code, string Tests)
{
    /// <summary>The files of a blueprint.</summary>
    public static BlueprintFiles Of(string name) => new(Text($"{name}/agent.py"), Text($"{name}/test_agent.py"));

    /// <summary>A file of data beside a blueprint's program.</summary>
    public static T Data<T>(string path) =>
        JsonSerializer.Deserialize<T>(Text(path), JsonSerializerOptions.Web)
        ?? throw new InvalidOperationException($"The blueprint file {path} is empty.");

    private static string Text(string path)
    {
        using var stream =
            typeof(BlueprintFiles).Assembly.GetManifestResourceStream($"blueprints/{path}")
            ?? throw new InvalidOperationException($"The blueprint file {path} is not embedded in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
