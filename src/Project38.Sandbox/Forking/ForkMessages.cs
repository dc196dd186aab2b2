using System.Text.Json.Serialization;

namespace Project38.Sandbox.Forking;

/// <summary>What a fork server has loaded and shows: <c>/fork/image.json</c>.</summary>
/// <param name="Path">Where modules are found.</param>
/// <param name="Imports">The modules.</param>
/// <param name="Mounts">Paths that its children see as it does.</param>
/// <param name="Scratch">Size of <c>/work</c> and of <c>/tmp</c>, each, in bytes.</param>
internal sealed record ForkImageFile(
    IReadOnlyList<string> Path,
    IReadOnlyList<string> Imports,
    IReadOnlyList<string> Mounts,
    long Scratch
);

/// <summary>What a fork server is asked: one child.</summary>
/// <param name="Uid">Who it is outside of its namespace.</param>
internal sealed record ForkRequest(int Uid);

/// <summary>What a fork server answers, with a handle on the child unless it failed.</summary>
/// <param name="Ready">It has its imports done, and can be asked.</param>
/// <param name="Error">Why there is no child.</param>
internal sealed record ForkAnswer(bool Ready = false, string? Error = null);

/// <summary>What a program is to be.</summary>
/// <param name="Arguments">The script, and its arguments.</param>
/// <param name="Environment">All of its environment.</param>
/// <param name="Limits">Resource limits by name, without <c>RLIMIT_</c>.</param>
internal sealed record ForkJob(
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyDictionary<string, long> Limits
);

[JsonSerializable(typeof(ForkImageFile))]
[JsonSerializable(typeof(ForkRequest))]
[JsonSerializable(typeof(ForkAnswer))]
[JsonSerializable(typeof(ForkJob))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class ForkMessages : JsonSerializerContext;
