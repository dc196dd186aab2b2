using System.Text.Json.Serialization;

namespace Project38.Sandbox.Forking;

/// <summary>What a fork server has loaded and shows: <c>/fork/image.json</c>.</summary>
/// <param name="Path">Where modules are found.</param>
/// <param name="Imports">The modules.</param>
/// <param name="Script">A script to compile.</param>
/// <param name="Rehearsal">The module that the scout imports.</param>
/// <param name="Mounts">Paths that its children see as it does.</param>
/// <param name="Scratch">Size of <c>/work</c> and of <c>/tmp</c>, each, in bytes.</param>
internal sealed record ForkImageFile(
    IReadOnlyList<string> Path,
    IReadOnlyList<string> Imports,
    string? Script,
    string? Rehearsal,
    IReadOnlyList<string> Mounts,
    long Scratch
);

[JsonSerializable(typeof(ForkImageFile))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class ForkMessages : JsonSerializerContext;
