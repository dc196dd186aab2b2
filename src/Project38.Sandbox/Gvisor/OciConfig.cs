using System.Text.Json.Serialization;

namespace Project38.Sandbox.Gvisor;

/// <summary>The part of an OCI runtime configuration that a run has: <c>config.json</c> of its bundle.</summary>
/// <remarks>The Open Container Initiative's runtime specification, version 1.0.2, <c>config.md</c> and <c>config-linux.md</c>.</remarks>
internal sealed record OciConfig(OciProcess Process, OciRoot Root, IReadOnlyList<OciMount> Mounts, OciLinux Linux)
{
    public string OciVersion => "1.0.2";

    public string Hostname => "sandbox";
}

/// <summary>The program. Its capabilities are said to be none: a set that is left out is the runtime's to choose.</summary>
internal sealed record OciProcess(
    OciUser User,
    IReadOnlyList<string> Args,
    IReadOnlyList<string> Env,
    string Cwd,
    OciCapabilities Capabilities,
    IReadOnlyList<OciLimit> Rlimits
)
{
    public bool NoNewPrivileges => true;
}

internal sealed record OciUser(int Uid, int Gid);

internal sealed record OciCapabilities
{
    public IReadOnlyList<string> Bounding { get; init; } = [];
    public IReadOnlyList<string> Effective { get; init; } = [];
    public IReadOnlyList<string> Inheritable { get; init; } = [];
    public IReadOnlyList<string> Permitted { get; init; } = [];
    public IReadOnlyList<string> Ambient { get; init; } = [];
}

internal sealed record OciLimit(string Type, long Soft)
{
    public long Hard => Soft;
}

/// <param name="Path">The folder of the root, from the bundle.</param>
internal sealed record OciRoot(string Path)
{
    public bool Readonly => true;
}

internal sealed record OciMount(string Destination, string Type, string Source, IReadOnlyList<string> Options);

internal sealed record OciLinux(IReadOnlyList<OciNamespace> Namespaces);

/// <summary>A namespace without a path is a new one.</summary>
internal sealed record OciNamespace(string Type);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OciConfig))]
internal sealed partial class OciJson : JsonSerializerContext;
