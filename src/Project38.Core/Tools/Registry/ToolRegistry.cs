using System.Collections.Frozen;

namespace Project38.Core.Tools.Registry;

/// <summary>A namespace of tools, for example all of <c>filesystem</c>.</summary>
/// <remarks>An interface, because each namespace of tools is one implementation and more come from outside.</remarks>
public interface IToolSource
{
    /// <summary>Its tools.</summary>
    IEnumerable<ToolDefinition> Tools { get; }
}

/// <summary>All tools there are, by full name.</summary>
public sealed class ToolRegistry(IEnumerable<IToolSource> sources)
{
    private readonly FrozenDictionary<string, ToolDefinition> _tools = sources
        .SelectMany(source => source.Tools)
        .ToFrozenDictionary(tool => tool.Name, StringComparer.Ordinal);

    /// <summary>Every tool, by name.</summary>
    public IEnumerable<ToolDefinition> All => _tools.Values.OrderBy(tool => tool.Name, StringComparer.Ordinal);

    /// <summary>The tool of that name, or null.</summary>
    public ToolDefinition? Find(string name) => _tools.GetValueOrDefault(name);
}
