namespace Project38.Core.Factory.Generation.Blueprints;

/// <summary>A blueprint's program and tests, embedded in the assembly from <c>Blueprints/NAME/</c>.</summary>
internal sealed record BlueprintFiles(string Code, string Tests)
{
    /// <summary>The files of a blueprint.</summary>
    public static BlueprintFiles Of(string name) => new(Text($"{name}/agent.py"), Text($"{name}/test_agent.py"));

    private static string Text(string path)
    {
        using var stream =
            typeof(BlueprintFiles).Assembly.GetManifestResourceStream($"blueprints/{path}")
            ?? throw new InvalidOperationException($"The blueprint file {path} is not embedded in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
