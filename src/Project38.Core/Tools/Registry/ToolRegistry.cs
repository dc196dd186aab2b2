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
        .Select(Checked)
        .ToFrozenDictionary(tool => tool.Name, StringComparer.Ordinal);

    /// <summary>Every tool, by name.</summary>
    public IEnumerable<ToolDefinition> All => _tools.Values.OrderBy(tool => tool.Name, StringComparer.Ordinal);

    /// <summary>The tool of that name, or null.</summary>
    public ToolDefinition? Find(string name) => _tools.GetValueOrDefault(name);

    // Found in a dry run, it would be too late: there is nothing that could be answered.
    private static ToolDefinition Checked(ToolDefinition tool) =>
        tool is { SaysWhatChanges: true, StandIn: null }
            ? throw new InvalidOperationException(
                $"The tool {tool.Name} says which of its calls change the world, and nothing stands in for them. Give it a StandIn."
            )
            : tool;
}
