namespace Project38.Core.Agents;

/// <summary>The tools a version needs, and how far. A <em>grant</em> is a manifest that a person agreed to.</summary>
public sealed record Manifest
{
    /// <summary>Nothing at all.</summary>
    public static Manifest Empty { get; } = new();

    /// <summary>Full tool names, sorted, for example <c>filesystem.read_text</c>.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>Hosts <c>http</c> may reach, lower case, with a port where it is not the scheme's own.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Channels <c>notifications</c> may use, for example <c>inbox</c>.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Host folders that <c>filesystem</c> may read, beside the workspace.</summary>
    public IReadOnlyList<FolderGrant> Folders { get; init; } = [];

    /// <summary>The same without the tools that are not among some; null: the same.</summary>
    public Manifest NarrowedTo(IReadOnlyList<string>? tools) =>
        tools is null ? this : this with { Tools = [.. Tools.Where(tools.Contains)] };
}

/// <summary>A host folder an agent may read, and the name it sees it by.</summary>
/// <param name="Name">First part of the agent's path, for example <c>reports</c> in <c>reports/2026.csv</c>.</param>
/// <param name="HostPath">Absolute path on the host.</param>
public sealed record FolderGrant(string Name, string HostPath);
