using Project38.Core.Agents;

namespace Project38.Core.Factory.Validation;

/// <summary>What a program uses, read from its syntax tree, each with the first line where it does (1-based).</summary>
/// <param name="Tools">By full name, as <see cref="Manifest.Tools"/>.</param>
/// <param name="Hosts">By host, as <see cref="Manifest.Hosts"/>; those of its config are not among them.</param>
/// <param name="Channels">By name.</param>
public sealed record ProgramUses(
    IReadOnlyDictionary<string, int> Tools,
    IReadOnlyDictionary<string, int> Hosts,
    IReadOnlyDictionary<string, int> Channels
)
{
    private static readonly Dictionary<string, int> s_none = [];

    /// <summary>Nothing.</summary>
    public static ProgramUses None { get; } = new(s_none, s_none, s_none);

    /// <summary>The manifest that they need.</summary>
    public Manifest ToManifest() =>
        new()
        {
            Tools = Sorted(Tools),
            Hosts = Sorted(Hosts),
            Channels = Sorted(Channels),
        };

    /// <summary>The same uses at the lines of the text before tidying, which may have moved them.</summary>
    internal ProgramUses AtLinesOf(ProgramUses given) =>
        new(Moved(Tools, given.Tools), Moved(Hosts, given.Hosts), Moved(Channels, given.Channels));

    private static Dictionary<string, int> Moved(
        IReadOnlyDictionary<string, int> uses,
        IReadOnlyDictionary<string, int> given
    ) => uses.ToDictionary(use => use.Key, use => given.GetValueOrDefault(use.Key, use.Value));

    private static string[] Sorted(IReadOnlyDictionary<string, int> uses) =>
        [.. uses.Keys.Order(StringComparer.Ordinal)];
}
